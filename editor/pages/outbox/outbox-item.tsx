import { memo } from 'react';
import type { OutboxRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { outbox as words } from '../../texts/outbox.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { type MarkTone, StatusBadge } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { useDecision } from './use-decision.ts';

const looks: Readonly<Record<OutboxRow['state'], { readonly tone: MarkTone; readonly icon?: IconName }>> = {
  queued: { tone: 'idle', icon: 'clock' },
  sending: { tone: 'idle', icon: 'clock' },
  'in-doubt': { tone: 'warn' },
  sent: { tone: 'ok' },
  undone: { tone: 'idle', icon: 'retry' },
  dead: { tone: 'bad' },
  dropped: { tone: 'idle', icon: 'refused' },
};

/** One message: what it is, how it stands in a sentence, and the decisions that a person can take. */
export const OutboxItem = memo(function OutboxItem({ message }: { message: OutboxRow }) {
  const { subject, kind, connection, at, tries, state, sentence, code, reason, fix, decisions } = message;
  const decision = useDecision(message);
  const decides = useMay('decide');
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 border-b border-line p-4 last:border-0">
      <div className="min-w-0 grow basis-80">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 font-semibold text-pretty">{subject}</span>
          <StatusBadge {...looks[state]}>{words.states[state]}</StatusBadge>
        </p>
        <p className="text-xs text-quiet">
          {kind} · {connection.name} · {words.tries(tries)} · <Ago at={at} />
        </p>
        <p className="mt-1.5 text-pretty">{sentence}</p>
        {reason && state !== 'sent' && (
          <p className="mt-1 text-sm text-pretty text-quiet">
            {reason} {code && <span className="font-mono text-xs">{code}</span>}
          </p>
        )}
        {fix && (
          <p className="mt-1.5 flex items-start gap-1.5 text-pretty text-quiet">
            <Icon name="mend" size={16} className="mt-0.5" />
            <span>
              <span className="font-medium text-ink">{words.fix}:</span> {fix}
            </span>
          </p>
        )}
      </div>
      {decides && decisions.length > 0 && (
        <div className="flex flex-wrap gap-2 max-sm:w-full">
          {decisions.map((kindOf) => (
            <Button
              key={kindOf}
              busy={decision.isPending && decision.variables === kindOf}
              aria-label={words.decideOne(words.decisions[kindOf], subject)}
              onClick={() => decision.mutate(kindOf)}
              className="max-sm:grow"
            >
              {words.decisions[kindOf]}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
});
