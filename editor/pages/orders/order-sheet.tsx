import { useLocation, useNavigate, useParams } from 'react-router';
import type { OrderView } from '#server/api/views.ts';
import { useOrder } from '../../api/queries.ts';
import { formatMoney } from '../../format/money.ts';
import { fullTime } from '../../format/times.ts';
import { texts } from '../../texts.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { OrderLines } from './order-lines.tsx';
import { OrderStatus } from './order-status.tsx';
import { Timeline } from './timeline.tsx';

const words = texts.orders;

/** One order, above the list that it was opened from. Closing keeps the list's filter. */
export default function OrderSheet() {
  const { id = '' } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  const query = useOrder(id);
  const order = query.data;
  return (
    <Sheet
      title={
        order ? (
          <span className="flex flex-wrap items-center gap-x-2.5">
            {words.one(order.number)} <OrderStatus order={order} />
          </span>
        ) : (
          words.order
        )
      }
      about={
        order ? words.oneAbout(order.connection.name, fullTime(Date.parse(order.placedAt))) : texts.loading
      }
      onClose={() => void navigate({ pathname: '/orders', search })}
    >
      <QueryPart query={query} skeleton={<SkeletonRows rows={6} />}>
        {(view) => <OrderBody order={view} />}
      </QueryPart>
    </Sheet>
  );
}

const OrderBody = ({ order }: { order: OrderView }) => (
  <div className="grid gap-6 p-5">
    <section>
      <h3 className="mb-1 flex items-baseline justify-between font-semibold">
        {words.items}
        <span className="text-xs font-normal text-quiet">
          {words.lines(order.lines)} · {texts.units(order.units)}
        </span>
      </h3>
      <OrderLines items={order.items} />
      <p className="flex justify-between border-t border-line pt-2.5 font-semibold">
        {words.total}
        <span>{formatMoney(order.total)}</span>
      </p>
    </section>
    <section>
      <h3 className="mb-3 font-semibold">{words.timeline}</h3>
      <Timeline steps={order.timeline} />
    </section>
  </div>
);
