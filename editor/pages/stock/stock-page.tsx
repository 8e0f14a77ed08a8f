import { Link, Outlet, useLocation } from 'react-router';
import type { StockRow } from '#server/api/views.ts';
import { readStock, writeStock } from '../../address/list-address.ts';
import { useFilter } from '../../address/use-filter.ts';
import { useMay } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportButton } from '../../ui/export-button.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { StockFilters } from './stock-filters.tsx';
import { StockTable } from './stock-table.tsx';

const words = texts.stock;
const linkLook =
  'inline-flex min-h-9 items-center rounded-lg border border-line bg-surface px-3 text-sm font-medium hover:bg-sunken';
const keyOf = ({ sku }: StockRow): string => sku;

/** What there is of each SKU, and what each channel shows of it. */
export default function StockPage() {
  const [filter, change] = useFilter(readStock, writeStock);
  const decides = useMay('decide');
  const query = writeStock(filter);
  const list = useList<StockRow>('stock', query, keyOf);
  const { search } = useLocation();
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <nav aria-label={words.more} className="flex flex-wrap gap-2 sm:ml-auto">
          <Link to="/stock/matching" className={linkLook}>
            {words.products}
          </Link>
          <Link to={{ pathname: '/stock/sharing', search }} className={linkLook}>
            {words.rules}
          </Link>
          {decides && (
            <>
              <Link to="/stock/take" className={linkLook}>
                {words.take}
              </Link>
              <Link to="/stock/import" className={linkLook}>
                {words.import}
              </Link>
            </>
          )}
          <ExportButton path="/stock/export" query={query} file={words.file} />
        </nav>
      </PageHeader>
      <StockFilters filter={filter} onChange={change} />
      <ListPanel
        list={list}
        empty={
          filter.search !== '' || filter.low ? (
            <EmptyState
              icon="looking"
              title={words.noneFound}
              action={<TextLink to="/stock">{texts.clearFilter}</TextLink>}
            >
              {words.noneFoundAbout}
            </EmptyState>
          ) : (
            <EmptyState icon="stock" title={words.none}>
              {words.noneAbout}
            </EmptyState>
          )
        }
      >
        <StockTable rows={list.rows} />
      </ListPanel>
      <Outlet />
    </Page>
  );
}
