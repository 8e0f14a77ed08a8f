import type { StockRow } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';

/** Out, low, or nothing. */
export function LowBadge({ row }: { row: Pick<StockRow, 'available' | 'low'> }) {
  if (row.available <= 0) return <StatusBadge tone="bad">{texts.stock.outMark}</StatusBadge>;
  if (row.low) return <StatusBadge tone="warn">{texts.stock.lowMark}</StatusBadge>;
  return null;
}
