import { Link } from 'react-router';
import type { ConsentView } from '#server/api/views.ts';
import { useConsent, useOpenWizards } from '../../api/queries.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { Icon } from '../../ui/icon.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { type MarkTone, toneIcon, toneText } from '../../ui/status-mark.tsx';
import { TextLink } from '../../ui/text-link.tsx';

const words = connectTexts;

/** How a consent at the shop ended; waits while its answer is on the way. */
export function ConsentOutcome({ id }: { id: string }) {
  return (
    <QueryPart query={useConsent(id)} skeleton={<SkeletonRows rows={2} />}>
      {(consent) => {
        const { tone, title, about } = saying(consent);
        return (
          <div role="status" className="flex gap-3">
            <Icon name={toneIcon[tone]} size={22} className={`mt-0.5 shrink-0 ${toneText[tone]}`} />
            <div className="min-w-0">
              <p className="text-lg font-semibold">{title}</p>
              <p className="text-pretty">{about}</p>
              <p className="mt-3 flex flex-wrap gap-x-4">
                <WayOn />
                {consent.state !== 'connected' && consent.state !== 'waiting' && (
                  <Link to="/connect" className="rounded font-medium text-accent hover:underline">
                    {words.anew}
                  </Link>
                )}
              </p>
            </div>
          </div>
        );
      }}
    </QueryPart>
  );
}

/** Who was setting something up goes on with it. */
function WayOn() {
  const [begun] = useOpenWizards().data ?? [];
  return (
    <>
      {begun && <TextLink to={`/wizard/${begun.id}/${begun.step}`}>{words.goOn(begun.title)}</TextLink>}
      <TextLink to="/connections">{words.toConnections}</TextLink>
    </>
  );
}

function saying({ state, reason, fix }: ConsentView): { tone: MarkTone; title: string; about: string } {
  switch (state) {
    case 'connected':
      return { tone: 'ok', title: words.connected, about: words.connectedAbout };
    case 'waiting':
      return { tone: 'idle', title: words.waiting, about: words.waitingAbout };
    case 'failed':
      return { tone: 'bad', title: words.failed, about: [reason, fix].filter(Boolean).join(' ') };
    case 'unknown':
      return { tone: 'warn', title: words.unknown, about: words.unknownAbout };
  }
}
