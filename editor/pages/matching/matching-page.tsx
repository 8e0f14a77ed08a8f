import { useCallback } from 'react';
import type { ListingRow } from '#server/api/views.ts';
import { listingViews, readListings, writeListings } from '../../address/list-address.ts';
import { useFilter } from '../../address/use-filter.ts';
import { useList } from '../../api/use-list.ts';
import { useShops } from '../../api/use-shops.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { Select } from '../../ui/select.tsx';
import { ListingItem } from './listing-item.tsx';

const words = texts.matching;
const keyOf = ({ id }: ListingRow): string => id;

/** The products of the shops: which could not be matched to a SKU, and what a person says about them. */
export default function MatchingPage() {
  const [filter, change] = useFilter(readListings, writeListings);
  const shops = useShops();
  const list = useList<ListingRow>('stock', writeListings(filter), keyOf, '/listings');
  const onSearch = useCallback((search: string) => change({ search }), [change]);
  const { show } = filter;
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <div className="sm:ml-auto">
          <Segments
            label={words.view}
            options={listingViews.map((view) => ({
              to: `/stock/matching?${new URLSearchParams(writeListings({ ...filter, show: view }))}`,
              text: words.views[view],
              current: show === view,
            }))}
          />
        </div>
      </PageHeader>
      <LookOnly unless="decide" />
      <search className="mb-3 flex flex-wrap gap-2">
        <SearchField label={words.search} value={filter.search} onSearch={onSearch} />
        <Select
          label={words.channel}
          value={filter.connection}
          options={[
            { value: '', text: words.allChannels },
            ...shops.map(({ id, name }) => ({ value: id, text: name })),
          ]}
          onChoose={(connection) => change({ connection })}
        />
      </search>
      <ListPanel
        list={list}
        empty={
          <EmptyState icon={show === 'all' ? 'stock' : 'check'} title={words.none[show]}>
            {words.noneAbout}
          </EmptyState>
        }
      >
        <ul>
          {list.rows.map((listing) => (
            <ListingItem key={listing.id} listing={listing} />
          ))}
        </ul>
      </ListPanel>
    </Page>
  );
}
