import type { OrderRow } from '#server/api/views.ts';
import { useNewestOrders } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { OrderTable } from '../orders/order-table.tsx';
import { useArrivals } from './use-arrivals.ts';

const shown = 10;

/** The newest orders as they come in. */
export function NewestOrders({ className }: { className: string }) {
  const query = useNewestOrders(shown);
  return (
    <Panel
      className={className}
      title={texts.dashboard.orders}
      more={{ to: '/orders', text: texts.dashboard.all }}
    >
      <QueryPart query={query} skeleton={<SkeletonRows rows={shown} />}>
        {({ items }) => <Orders rows={items} />}
      </QueryPart>
    </Panel>
  );
}

function Orders({ rows }: { rows: readonly OrderRow[] }) {
  const fresh = useArrivals(rows.map(({ id }) => id));
  if (rows.length === 0) {
    return (
      <EmptyState icon="orders" title={texts.orders.none}>
        {texts.orders.noneAbout}
      </EmptyState>
    );
  }
  return <OrderTable rows={rows} fresh={fresh} caption={texts.dashboard.orders} />;
}
