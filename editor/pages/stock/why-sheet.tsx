import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router';
import type { WhyView } from '#server/api/views.ts';
import { useWhy } from '../../api/queries.ts';
import { fullTime } from '../../format/times.ts';
import { texts } from '../../texts.ts';
import { why as words } from '../../texts-of-sharing.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { WhyMoment } from './why-moment.tsx';
import { WhyMovements } from './why-movements.tsx';
import { WhyNotes } from './why-notes.tsx';
import { WhySteps } from './why-steps.tsx';

/** Why a listing shows its number, now or at a past minute, above the list of stock. */
export default function WhySheet() {
  const { id = '' } = useParams();
  const { search } = useLocation();
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const at = params.get('at') ?? '';
  const query = useWhy(id, at);
  const why = query.data;
  const close = () => {
    const rest = new URLSearchParams(search);
    rest.delete('at');
    void navigate({ pathname: '/stock', search: rest.toString() });
  };
  return (
    <Sheet
      title={why ? titleOf(why) : words.title}
      about={why ? words.about(why.listing.title, why.listing.connection.name) : texts.loading}
      onClose={close}
    >
      <WhyMoment
        at={at}
        onChoose={(moment) =>
          setParams((before) => {
            const next = new URLSearchParams(before);
            if (moment === '') next.delete('at');
            else next.set('at', moment);
            return next;
          })
        }
      />
      <QueryPart query={query} skeleton={<SkeletonRows rows={6} />}>
        {(view) => <WhyBody why={view} />}
      </QueryPart>
    </Sheet>
  );
}

function titleOf({ past, shows }: WhyView): string {
  if (shows === null) return words.unknown;
  return past ? words.was(shows) : words.is(shows);
}

const WhyBody = ({ why }: { why: WhyView }) => (
  <div className="grid gap-6 p-5">
    <p className="text-pretty text-lg">
      {why.past && <span className="block text-sm text-quiet">{fullTime(Date.parse(why.at))}</span>}
      {why.sentence}
    </p>
    <section>
      <h3 className="mb-2 font-semibold">{words.steps}</h3>
      <WhySteps steps={why.steps} />
    </section>
    {why.notes.length > 0 && (
      <section>
        <h3 className="mb-2 font-semibold">{words.notes}</h3>
        <WhyNotes notes={why.notes} />
      </section>
    )}
    <section>
      <h3 className="mb-2 font-semibold">{words.movements}</h3>
      <WhyMovements movements={why.movements} />
    </section>
  </div>
);
