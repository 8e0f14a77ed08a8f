import { Link } from 'react-router';
import type { FindingView } from '#server/api/views.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { toneText } from '../../ui/status-mark.tsx';

const words = connectionsTexts;
const grounds = { bad: 'bg-bad-soft', warn: 'bg-warn-soft' } as const;

/** What stands in the way of a connection, what mends it, and the one button that does it or looks whether it is done. */
export function FindingNote({
  finding: { tone, reason, fix, action },
  connection: { id, name },
  connects,
  looking,
  onLook,
}: {
  finding: Pick<FindingView, 'tone' | 'reason' | 'action'> & { readonly fix: string | null };
  connection: { readonly id: string; readonly name: string };
  /** Whether whoever looks may do it. */
  connects: boolean;
  looking: boolean;
  onLook: () => void;
}) {
  const label = words.actionOne(words.actions[action], name);
  return (
    <li className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg px-3 py-2.5 ${grounds[tone]}`}>
      <Icon name={tone} className={`self-start mt-0.5 ${toneText[tone]}`} />
      <div className="min-w-0 grow basis-72 text-sm text-pretty">
        <p>{reason}</p>
        {fix && (
          <p>
            <span className="font-medium">{words.fix}</span> {fix}
          </p>
        )}
      </div>
      {!connects ? null : action === 'connect-again' ? (
        <Link
          to={`/connect?again=${encodeURIComponent(id)}`}
          aria-label={label}
          className="inline-flex min-h-9 shrink-0 items-center rounded-lg bg-ink px-3 text-sm font-medium text-paper hover:opacity-85"
        >
          {words.actions[action]}
        </Link>
      ) : (
        <Button icon="retry" busy={looking} aria-label={label} onClick={onLook}>
          {words.actions[action]}
        </Button>
      )}
    </li>
  );
}
