import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { WebhookRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { getJson } from '../../api/request.ts';
import { shortDate } from '../../format/times.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ground, Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { NewWebhookForm } from './new-webhook-form.tsx';
import { WebhookSheet } from './webhook-sheet.tsx';

const words = webhooksTexts;

/** Addresses of the client's own that are told what happens. */
export default function WebhooksPart() {
  const connects = useMay('connect');
  const [chosen, setChosen] = useState<string | null>(null);
  const webhooks = useQuery({
    queryKey: ['outbox', 'webhooks'],
    queryFn: ({ signal }) => getJson<readonly WebhookRow[]>('/webhooks', {}, signal),
  });
  const opened = webhooks.data?.find(({ id }) => id === chosen);
  return (
    <>
      <p className="mb-4 text-pretty text-quiet">{words.about}</p>
      <div className="grid items-start gap-4 *:min-w-0 lg:grid-cols-[1.6fr_1fr]">
        <div className={ground}>
          <QueryPart query={webhooks} skeleton={<SkeletonRows rows={3} />}>
            {(rows) =>
              rows.length === 0 ? (
                <EmptyState icon="outbox" title={words.none}>
                  {words.noneAbout}
                </EmptyState>
              ) : (
                <ul>
                  {rows.map((row) => (
                    <Webhook key={row.id} row={row} onOpen={() => setChosen(row.id)} />
                  ))}
                </ul>
              )
            }
          </QueryPart>
        </div>
        {connects && (
          <Panel title={words.add}>
            <div className="p-4">
              <NewWebhookForm />
            </div>
          </Panel>
        )}
      </div>
      {opened && <WebhookSheet webhook={opened} connects={connects} onClose={() => setChosen(null)} />}
    </>
  );
}

function Webhook({ row, onOpen }: { row: WebhookRow; onOpen: () => void }) {
  const { name, address, events, paused, declinedAt, waiting, needsYou } = row;
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0 max-sm:flex-wrap">
      <div className="min-w-0 grow basis-0">
        <p className="truncate font-medium">
          {name} <span className="font-mono text-xs font-normal text-quiet">{address}</span>
        </p>
        <p className="text-sm text-pretty text-quiet">
          {events.map((event) => words.eventNames[event]).join(' · ') || words.nothing}
        </p>
        {declinedAt !== null && (
          <p className="text-sm text-pretty text-warn">{words.declined(shortDate(Date.parse(declinedAt)))}</p>
        )}
        {waiting > 0 && <p className="text-xs text-quiet">{words.waiting(waiting)}</p>}
      </div>
      {(needsYou > 0 || paused) && (
        <div className="flex flex-wrap gap-2 max-sm:order-1 max-sm:basis-full">
          {needsYou > 0 && <StatusBadge tone="bad">{words.needsYou(needsYou)}</StatusBadge>}
          {paused && (
            <StatusBadge tone="idle" icon="pause">
              {words.paused}
            </StatusBadge>
          )}
        </div>
      )}
      <IconButton icon="more" label={words.open(name)} onClick={onOpen} />
    </li>
  );
}
