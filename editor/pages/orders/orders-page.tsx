import { Outlet, useLocation } from 'react-router';
import type { OrderRow } from '#server/api/views.ts';
import { queryOfOrders, readOrders, writeOrders } from '../../address/list-address.ts';
import { useFilter } from '../../address/use-filter.ts';
import { useList } from '../../api/use-list.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { OrderFilters } from './order-filters.tsx';
import { OrderTable } from './order-table.tsx';

const words = texts.orders;
const keyOf = ({ id }: OrderRow): string => id;

/** All orders of all channels; one of them opens in a sheet above the list. */
export default function OrdersPage() {
  const [filter, change] = useFilter(readOrders, writeOrders);
  const { search } = useLocation();
  const query = queryOfOrders(filter);
  const list = useList<OrderRow>('orders', query, keyOf);
  const filtered = Object.keys(query).length > 0;
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <span className="sm:ml-auto">
          <ExportButton path="/orders/export" query={query} file={words.file} />
        </span>
      </PageHeader>
      <OrderFilters filter={filter} onChange={change} />
      <ListPanel
        list={list}
        empty={
          filtered ? (
            <EmptyState
              icon="looking"
              title={words.noneFound}
              action={<TextLink to="/orders">{texts.clearFilter}</TextLink>}
            >
              {words.noneFoundAbout}
            </EmptyState>
          ) : (
            <EmptyState icon="orders" title={words.none}>
              {words.noneAbout}
            </EmptyState>
          )
        }
      >
        <OrderTable rows={list.rows} caption={words.about} search={search} />
      </ListPanel>
      <Outlet />
    </Page>
  );
}
