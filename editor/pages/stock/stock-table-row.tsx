import { memo } from 'react';
import type { ConnectionView, StockRow } from '#server/api/views.ts';
import { formatCount } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { Cell, Row, RowHead } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { ListingStates } from './listing-states.tsx';
import { LowBadge } from './low-badge.tsx';

/** One SKU with its quantities and its listings. */
export const StockTableRow = memo(function StockTableRow({
  row,
  connections,
}: {
  row: StockRow;
  connections: readonly ConnectionView[];
}) {
  const listings = <ListingStates listings={row.listings} connections={connections} />;
  return (
    <Row className="align-top md:align-middle">
      <RowHead className="max-w-0 md:max-w-60">
        <span className="block truncate" title={row.title}>
          {row.title}
        </span>
        <span className="block truncate font-mono text-xs text-quiet">{row.sku}</span>
        <div className="mt-2 md:hidden">{listings}</div>
      </RowHead>
      <Cell className="w-36 text-right whitespace-nowrap">
        <LowBadge row={row} />
        <span className="ml-2 inline-block min-w-8 text-lg font-semibold">{formatCount(row.available)}</span>
        <span className="block text-xs whitespace-normal text-quiet lg:hidden">
          {texts.stock.ofWhich(row.onHand, row.reserved)}
        </span>
      </Cell>
      <Cell className="hidden w-20 text-right lg:table-cell">{formatCount(row.onHand)}</Cell>
      <Cell className="hidden w-20 text-right text-quiet lg:table-cell">{formatCount(row.reserved)}</Cell>
      <Cell className="hidden pl-6 md:table-cell">{listings}</Cell>
      <Cell className="hidden text-right text-quiet xl:table-cell">
        <Ago at={row.changedAt} />
      </Cell>
    </Row>
  );
});
