import type { OrderRow } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';

const words = texts.orders;

/** The channel's state of an order in plain words; what we could not cover stands out. */
export function OrderStatus({
  order,
  shortOnly = false,
}: {
  order: Pick<OrderRow, 'status' | 'shortLines'>;
  shortOnly?: boolean;
}) {
  const { status, shortLines } = order;
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      {shortLines > 0 && <StatusBadge tone="warn">{words.shortLines(shortLines)}</StatusBadge>}
      {!shortOnly && <span className="text-sm text-quiet">{words.statuses[status]}</span>}
    </span>
  );
}
