import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { TrendsView } from '#server/api/views.ts';
import { getJson } from '../../api/request.ts';
import { zone } from '../../format/locale.ts';
import { trends as words } from '../../texts/trends.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { LagChart } from './lag-chart.tsx';
import { OrdersChart } from './orders-chart.tsx';
import { TrendTable } from './trend-table.tsx';

const choices = ['7', '30'] as const;
const staleMs = 60_000;

/** Orders of each shop and the lag, by the day; the same as a table for who can't see them. */
export default function TrendCharts() {
  const [days, setDays] = useState<(typeof choices)[number]>('7');
  const query = useQuery({
    queryKey: ['trends', days, zone],
    queryFn: ({ signal }) => getJson<TrendsView>('/trends', { days, zone }, signal),
    placeholderData: keepPreviousData,
    staleTime: staleMs,
    refetchInterval: staleMs,
  });
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Select
          label={words.days}
          value={days}
          options={choices.map((value) => ({ value, text: words.lastDays[value] }))}
          onChoose={setDays}
        />
      </div>
      <QueryPart query={query} skeleton={<Skeleton className="h-64 w-full" />}>
        {(view) =>
          view.shops.length === 0 ? (
            <EmptyState icon="reports" title={words.none}>
              {words.noneAbout}
            </EmptyState>
          ) : (
            <>
              <div className="grid gap-6 *:min-w-0 lg:grid-cols-2">
                <OrdersChart trends={view} />
                <LagChart trends={view} />
              </div>
              <TrendTable trends={view} />
            </>
          )
        }
      </QueryPart>
    </>
  );
}
