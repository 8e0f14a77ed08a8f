import type { ListingRow, WizardView } from '#server/api/views.ts';
import { useConnections } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { ListingItem } from '../matching/listing-item.tsx';
import { StepFoot } from './step-frame.tsx';

const query = {};
const keyOf = ({ id }: ListingRow): string => id;

/** How many products found their SKU by themselves, and those that a person has to decide about. */
export function MatchStep({ wizard }: { wizard: WizardView }) {
  const { listings, matched, bySku, byBarcode, byHand, toMatch } = wizard.matching;
  const reading = useConnections().data?.find(({ importing }) => importing)?.importing;
  const list = useList<ListingRow>('stock', query, keyOf, '/listings');
  const by = words.match.by(bySku, byBarcode, byHand);
  return (
    <div className="grid gap-4">
      <div role="status">
        <p className="text-lg font-semibold">{words.match.summary(matched, listings)}</p>
        <p className="text-quiet">
          {[by, reading && texts.matching.reading(reading)].filter(Boolean).join(' · ')}
        </p>
      </div>
      {toMatch > 0 && (
        <p>
          <span className="font-semibold">{words.match.decide(toMatch)}.</span> {words.match.later}
        </p>
      )}
      {toMatch > 0 && matched === 0 && (
        <p className="rounded-lg bg-warn-soft px-3 py-2.5 text-sm text-warn">
          <span className="font-semibold">{words.match.nothingCounted}.</span>{' '}
          {words.match.nothingCountedAbout}
        </p>
      )}
      <div>
        <ListPanel
          list={list}
          empty={
            listings === 0 ? (
              <EmptyState icon="stock" title={words.match.none}>
                {words.match.noneAbout}
              </EmptyState>
            ) : (
              <EmptyState icon="check" title={words.match.all}>
                {words.match.allAbout}
              </EmptyState>
            )
          }
        >
          <ul>
            {list.rows.map((listing) => (
              <ListingItem key={listing.id} listing={listing} />
            ))}
          </ul>
        </ListPanel>
      </div>
      <StepFoot
        happens={[words.happens.match]}
        back={`/wizard/${wizard.id}/connect`}
        next={`/wizard/${wizard.id}/rules`}
      />
    </div>
  );
}
