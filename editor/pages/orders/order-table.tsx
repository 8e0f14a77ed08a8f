import type { OrderRow } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { ColumnHead, Table } from '../../ui/table.tsx';
import { OrderTableRow } from './order-table-row.tsx';

const words = texts.orders;
const none: ReadonlySet<string> = new Set();

/**
 * Orders as a table; on a phone, content and time move below number and total. `fresh` ones are lit softly.
 * `search` is the filter that an opened order keeps in its address.
 */
export function OrderTable({
  rows,
  caption,
  fresh = none,
  search = '',
}: {
  rows: readonly OrderRow[];
  caption: string;
  fresh?: ReadonlySet<string>;
  search?: string;
}) {
  return (
    <Table
      caption={caption}
      head={
        <>
          <ColumnHead>{words.order}</ColumnHead>
          <ColumnHead className="hidden md:table-cell">{words.content}</ColumnHead>
          <ColumnHead className="hidden sm:table-cell">{words.status}</ColumnHead>
          <ColumnHead className="text-right">{words.total}</ColumnHead>
          <ColumnHead className="hidden w-28 text-right sm:table-cell">{words.placed}</ColumnHead>
        </>
      }
    >
      {rows.map((order) => (
        <OrderTableRow key={order.id} order={order} fresh={fresh.has(order.id)} search={search} />
      ))}
    </Table>
  );
}
