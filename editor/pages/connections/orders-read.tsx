import { type FormEvent, useState } from 'react';
import type { ConnectionView } from '#server/api/views.ts';
import { usePolling } from '../../api/queries.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Ago } from '../../ui/time.tsx';

const words = connectionsTexts;
const usualDays = 30;
const daysMax = 730;

/** How a shop's orders come in, and the fetching of those of before. */
export function OrdersRead({
  connection: { id },
  busy,
  onFetch,
}: {
  connection: ConnectionView;
  busy: boolean;
  /** null: whoever looks may not. */
  onFetch: ((days: number) => void) | null;
}) {
  const [days, setDays] = useState(String(usualDays));
  const number = Math.min(daysMax, Math.max(1, Math.trunc(Number(days)) || 1));
  const fetchThem = (event: FormEvent) => {
    event.preventDefault();
    onFetch?.(number);
  };
  return (
    <section className="min-w-0 grow basis-80">
      <h3 className="text-xs text-quiet">{words.orders}</h3>
      <QueryPart query={usePolling(id)} skeleton={<Skeleton className="mt-1 h-5 w-48" />}>
        {({ polledAt, healed, lookBack }) => (
          <p className="text-sm text-pretty">
            {polledAt ? (
              <>
                {words.polled} <Ago at={polledAt} />.
              </>
            ) : (
              words.neverPolled
            )}{' '}
            {healed > 0 && words.healed(healed)} {lookBack && words.lookBack[lookBack.state](lookBack.orders)}
          </p>
        )}
      </QueryPart>
      {onFetch && (
        <form onSubmit={fetchThem} className="mt-1.5 flex flex-wrap items-center gap-2 text-sm">
          <label className="flex items-center gap-2">
            {words.fetchLast}
            <input
              type="number"
              min={1}
              max={daysMax}
              value={days}
              onChange={({ target }) => setDays(target.value)}
              className="h-9 w-20 rounded-lg border border-edge bg-surface px-3 text-right tabular-nums"
            />
            {words.days}
          </label>
          <Button busy={busy} title={words.beforeAbout} onClick={() => onFetch(number)}>
            {words.fetch}
          </Button>
        </form>
      )}
    </section>
  );
}
