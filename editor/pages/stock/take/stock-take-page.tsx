import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { StockRow } from '#server/api/views.ts';
import { useList } from '../../../api/use-list.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { texts } from '../../../texts.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ListPanel } from '../../../ui/list-panel.tsx';
import { Page } from '../../../ui/page.tsx';
import { PageHeader } from '../../../ui/page-header.tsx';
import { ground } from '../../../ui/panel.tsx';
import { SearchField } from '../../../ui/search-field.tsx';
import { Select } from '../../../ui/select.tsx';
import { TextLink } from '../../../ui/text-link.tsx';
import { say } from '../../../ui/toast.tsx';
import { BookLines } from '../import/book-lines.tsx';
import { CountTable } from './count-table.tsx';
import { endTake, useTake } from './counts.ts';

const words = stockLists.take;
const shows = ['all', 'counted', 'different'] as const;
const keyOf = ({ sku }: StockRow): string => sku;

/** Counting the shelves: what is there beside what the books say; the differences are booked as counts. */
export default function StockTakePage() {
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const show = shows.find((one) => one === params.get('show')) ?? 'all';
  const { key, counts } = useTake();
  const counted = useMemo(() => Object.values(counts), [counts]);
  const different = counted.filter(({ seen, quantity }) => seen !== quantity);
  const change = useCallback(
    (part: Record<string, string>) =>
      setParams(
        (before) => {
          const next = Object.entries({ ...Object.fromEntries(before), ...part });
          return Object.fromEntries(next.filter(([, value]) => value !== '' && value !== 'all'));
        },
        { replace: 'search' in part },
      ),
    [setParams],
  );
  const onSearch = useCallback((text: string) => change({ search: text }), [change]);
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <span className="sm:ml-auto">
          <TextLink to="/stock">{stockLists.back}</TextLink>
        </span>
      </PageHeader>
      <search className="mb-3 flex flex-wrap gap-2">
        {show === 'all' && <SearchField label={words.search} value={search} onSearch={onSearch} />}
        <Select
          label={words.show}
          value={show}
          options={shows.map((value) => ({ value, text: words.shows[value] }))}
          onChoose={(value) => change({ show: value })}
        />
      </search>
      {show === 'all' ? (
        <AllProducts search={search} />
      ) : (
        <div className={ground}>
          {(show === 'counted' ? counted : different).length === 0 ? (
            <EmptyState icon="stock" title={words.nothing}>
              {words.nothingAbout}
            </EmptyState>
          ) : (
            <CountTable places={show === 'counted' ? counted : different} />
          )}
        </div>
      )}
      {counted.length > 0 && (
        <section aria-label={words.counted} className="mt-4 grid gap-2">
          <div
            className={`${ground} sticky bottom-[calc(var(--bars-bottom)+0.5rem)] z-10 flex flex-wrap items-center gap-3 p-3`}
          >
            <p className="grow font-semibold">{words.summary(counted.length, different.length)}</p>
            <Button
              onClick={() => {
                endTake();
                say('ok', words.cleared);
              }}
            >
              {words.clear}
            </Button>
          </div>
          <BookLines
            key={key}
            kind="take"
            bookingKey={key}
            lines={counted}
            go={words.book(counted.length)}
            onDone={({ booked, before, refused }) => {
              say('ok', words.booked(booked + before));
              endTake(refused);
              const [first] = refused;
              if (first) say('bad', words.notBooked(refused.length, first.text));
            }}
          />
        </section>
      )}
    </Page>
  );
}

function AllProducts({ search }: { search: string }) {
  const list = useList<StockRow>('stock', { search, sort: 'sku' }, keyOf);
  const places = useMemo(
    () =>
      list.rows.flatMap(({ sku, title, locations }) =>
        (locations.length > 0 ? locations : [{ id: 'main', onHand: 0 }]).map(({ id, onHand }) => ({
          sku,
          title,
          location: id,
          seen: onHand,
        })),
      ),
    [list.rows],
  );
  return (
    <ListPanel
      list={list}
      empty={
        <EmptyState icon="stock" title={search === '' ? texts.stock.none : texts.stock.noneFound}>
          {search === '' ? texts.stock.noneAbout : texts.stock.noneFoundAbout}
        </EmptyState>
      }
    >
      <CountTable places={places} />
    </ListPanel>
  );
}
