import type { WebhookDeliveryRow } from '#server/api/views.ts';
import { post } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { type MarkTone, StatusMark } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';

const words = webhooksTexts;
const keyOf = ({ id }: WebhookDeliveryRow): string => id;
const all = {};
const okBelow = 300;

const tones: Readonly<Record<WebhookDeliveryRow['state'], MarkTone>> = {
  queued: 'idle',
  sending: 'idle',
  'in-doubt': 'warn',
  sent: 'ok',
  undone: 'idle',
  dead: 'bad',
  dropped: 'idle',
};

/** What a webhook was sent, newest first, each with the answers that it gave. */
export function WebhookDeliveries({ id, mayResend }: { id: string; mayResend: boolean }) {
  const list = useList<WebhookDeliveryRow>('outbox', all, keyOf, `/webhooks/${id}/deliveries`);
  return (
    <ListPanel
      list={list}
      empty={
        <EmptyState icon="outbox" title={words.noDelivery}>
          {words.noDeliveryAbout}
        </EmptyState>
      }
    >
      <ul>
        {list.rows.map((row) => (
          <Delivery key={row.id} row={row} webhook={id} mayResend={mayResend} />
        ))}
      </ul>
    </ListPanel>
  );
}

function Delivery({
  row,
  webhook,
  mayResend,
}: {
  row: WebhookDeliveryRow;
  webhook: string;
  mayResend: boolean;
}) {
  const { id, at, subject, type, state, calls, reason, fix, nextTryAt, canSendAgain } = row;
  const again = useChange(() => post(`/webhooks/${webhook}/deliveries/${encodeURIComponent(id)}/again`), {
    touches: ['outbox'],
    done: words.sentAgain,
  });
  return (
    <li className="border-b border-line px-4 py-3 last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 grow truncate font-medium">{subject}</p>
        <StatusMark tone={tones[state]} small>
          {words.states[state]}
        </StatusMark>
      </div>
      <p className="text-xs text-quiet">
        <span className="font-mono">{type}</span> · <Ago at={at} />
        {nextTryAt !== null && (
          <>
            {' '}
            · {words.next} <Ago at={nextTryAt} />
          </>
        )}
      </p>
      {calls.length > 0 && (
        <ol className="mt-1.5 grid gap-1 text-xs text-quiet">
          {calls.map(({ at: calledAt, ms, status, answer }) => (
            <li key={calledAt} className="flex flex-wrap gap-x-2">
              <span className={status > 0 && status < okBelow ? 'text-ok' : 'text-bad'}>
                {status === 0 ? words.noAnswer : status}
              </span>
              <span>{words.ms(ms)}</span>
              <Ago at={calledAt} />
              {answer !== null && <span className="min-w-0 font-mono break-words">{answer}</span>}
            </li>
          ))}
        </ol>
      )}
      {reason !== null && state !== 'sent' && (
        <p className="mt-1 text-sm text-pretty text-quiet">
          {reason} {fix}
        </p>
      )}
      {mayResend && canSendAgain && (
        <Button
          busy={again.isPending}
          aria-label={words.againOne(subject)}
          onClick={() => again.mutate(undefined)}
          className="mt-2"
        >
          {words.again}
        </Button>
      )}
    </li>
  );
}
