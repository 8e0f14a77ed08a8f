import type { StockRow } from '#server/api/views.ts';
import { useConnections } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { ColumnHead, Table } from '../../ui/table.tsx';
import { StockTableRow } from './stock-table-row.tsx';

const words = texts.stock;
const unknown: readonly never[] = [];

/** Stock as a table; on a phone the channels move below the product. */
export function StockTable({ rows }: { rows: readonly StockRow[] }) {
  const connections = useConnections().data ?? unknown;
  return (
    <Table
      caption={words.about}
      head={
        <>
          <ColumnHead>{words.product}</ColumnHead>
          <ColumnHead className="text-right">{words.available}</ColumnHead>
          <ColumnHead className="hidden text-right lg:table-cell">{words.onHand}</ColumnHead>
          <ColumnHead className="hidden text-right lg:table-cell">{words.reserved}</ColumnHead>
          <ColumnHead className="hidden pl-6 md:table-cell xl:w-[27rem]">{words.channels}</ColumnHead>
          <ColumnHead className="hidden w-28 text-right xl:table-cell">{words.changed}</ColumnHead>
        </>
      }
    >
      {rows.map((row) => (
        <StockTableRow key={row.sku} row={row} connections={connections} />
      ))}
    </Table>
  );
}
