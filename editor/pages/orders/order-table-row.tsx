import { memo } from 'react';
import { Link } from 'react-router';
import type { OrderRow } from '#server/api/views.ts';
import { formatMoney } from '../../format/money.ts';
import { texts } from '../../texts.ts';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import { Cell, Row, RowHead } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { OrderStatus } from './order-status.tsx';

const words = texts.orders;

const contentOf = ({ firstTitle, lines, units }: OrderRow) =>
  `${firstTitle} · ${lines > 1 ? words.andMore(lines - 1) : texts.units(units)}`;

/** One order. The whole row opens it. */
export const OrderTableRow = memo(function OrderTableRow({
  order,
  fresh,
  search,
}: {
  order: OrderRow;
  fresh: boolean;
  search: string;
}) {
  const { connection } = order;
  return (
    <Row className={fresh ? 'animate-arrive' : ''}>
      <RowHead className="w-full max-w-0 sm:w-auto sm:max-w-none md:w-56">
        <div className="flex items-center gap-2.5">
          <ChannelMark channel={connection.channel} size={24} />
          <div className="min-w-0">
            <Link to={`/orders/${encodeURIComponent(order.id)}${search}`} className="stretched font-medium">
              {order.number}
            </Link>
            <p className="truncate text-xs text-quiet md:hidden">{contentOf(order)}</p>
            <p className="hidden truncate text-xs text-quiet md:block">{connection.name}</p>
          </div>
        </div>
      </RowHead>
      <Cell className="hidden w-full max-w-0 truncate md:table-cell">{contentOf(order)}</Cell>
      <Cell className="hidden sm:table-cell">
        <OrderStatus order={order} />
      </Cell>
      <Cell className="text-right whitespace-nowrap">
        <span className="block">{formatMoney(order.total)}</span>
        <span className="flex items-center justify-end gap-2 text-xs text-quiet sm:hidden">
          <OrderStatus order={order} shortOnly />
          <Ago at={order.placedAt} />
        </span>
      </Cell>
      <Cell className="hidden text-right text-quiet sm:table-cell">
        <Ago at={order.placedAt} />
      </Cell>
    </Row>
  );
});
