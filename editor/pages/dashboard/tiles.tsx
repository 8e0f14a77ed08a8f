import type { OverviewView } from '#server/api/views.ts';
import {
  formatChange,
  formatCount,
  formatDuration,
  formatPercent,
  formatShort,
} from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { SparkBars, SparkLine } from '../../ui/sparkline.tsx';
import { Tile } from '../../ui/tile.tsx';

const words = texts.dashboard;

const bars = (name: string, values: readonly number[]) => (
  <SparkBars values={values} label={words.spark(name, formatCount(Math.max(0, ...values)))} />
);

/** The figures of the day, beside those of last week. Each opens the page where its cause stands. */
export function Tiles({ tiles, sparks, lastWeek }: Pick<OverviewView, 'tiles' | 'sparks' | 'lastWeek'>) {
  const { lag, shortages, errorRate, budgetUsed } = tiles;
  const lagMax = formatDuration(Math.max(0, ...sparks.lagP95.map((value) => value ?? 0)));
  const than = (now: number, then: number | undefined) =>
    then === undefined ? null : words.lastWeek(formatShort(then), formatChange(now, then));
  const thanMeasured = (then: number | null | undefined, format: (value: number) => string) =>
    then === undefined || then === null ? null : words.lastWeek(format(then), '');
  return (
    <section aria-label={words.figures}>
      <dl className="mt-4 grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        <Tile
          name={words.ordersToday}
          figure={formatShort(tiles.ordersToday)}
          detail={words.ordersDetail(formatShort(tiles.ordersWeek), formatShort(tiles.ordersMonth))}
          compared={than(tiles.ordersToday, lastWeek?.orders)}
          chart={bars(words.ordersToday, sparks.orders)}
          to="/orders"
        />
        <Tile
          name={words.synced}
          figure={formatShort(tiles.changesSynced)}
          detail={words.syncedDetail}
          compared={than(tiles.changesSynced, lastWeek?.changesSynced)}
          chart={bars(words.synced, sparks.changesSynced)}
          to="/stock?sort=changed"
        />
        <Tile
          name={words.lag}
          figure={lag ? formatDuration(lag.p95) : words.none}
          detail={lag ? words.lagDetail(formatDuration(lag.p50), formatDuration(lag.p99)) : words.noLag}
          compared={thanMeasured(lastWeek?.lagP95, formatDuration)}
          chart={<SparkLine values={sparks.lagP95} label={words.spark(words.lag, lagMax)} />}
        />
        <Tile
          name={words.avoided}
          figure={formatShort(tiles.avoided)}
          detail={words.avoidedDetail(shortages.total, shortages.open)}
          compared={than(tiles.avoided, lastWeek?.avoided)}
          chart={bars(words.avoided, sparks.avoided)}
          to="/conflicts"
        />
        <Tile
          name={words.errorRate}
          figure={errorRate === null ? words.none : formatPercent(errorRate)}
          detail={words.errorsDetail(tiles.errors)}
          compared={thanMeasured(lastWeek?.errorRate, formatPercent)}
          chart={bars(words.errorRate, sparks.errors)}
          to="/dead-letters"
        />
        <Tile
          name={words.apiCalls}
          figure={formatShort(tiles.apiCalls)}
          detail={budgetUsed === null ? words.noBudget : words.budgetDetail(formatPercent(budgetUsed / 100))}
          compared={than(tiles.apiCalls, lastWeek?.apiCalls)}
          chart={bars(words.apiCalls, sparks.apiCalls)}
          to="/connections"
        />
      </dl>
    </section>
  );
}
