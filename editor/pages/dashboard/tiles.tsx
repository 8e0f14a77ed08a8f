import type { OverviewView } from '#server/api/views.ts';
import { formatCount, formatDuration, formatShort } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { SparkBars, SparkLine } from '../../ui/sparkline.tsx';
import { Tile } from '../../ui/tile.tsx';

const words = texts.dashboard;

const bars = (name: string, values: readonly number[]) => (
  <SparkBars values={values} label={words.spark(name, formatCount(Math.max(0, ...values)))} />
);

/** The figures of the day. Each opens the page where its cause stands. */
export function Tiles({ tiles, sparks }: Pick<OverviewView, 'tiles' | 'sparks'>) {
  const { lag, shortages } = tiles;
  const lagMax = formatDuration(Math.max(0, ...sparks.lagP95.map((value) => value ?? 0)));
  return (
    <section aria-label={words.figures}>
      <dl className="mt-4 grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        <Tile
          name={words.ordersToday}
          figure={formatShort(tiles.ordersToday)}
          detail={words.ordersDetail(formatShort(tiles.ordersWeek), formatShort(tiles.ordersMonth))}
          chart={bars(words.ordersToday, sparks.orders)}
          to="/orders"
        />
        <Tile
          name={words.synced}
          figure={formatShort(tiles.changesSynced)}
          detail={words.syncedDetail}
          chart={bars(words.synced, sparks.changesSynced)}
          to="/stock?sort=changed"
        />
        <Tile
          name={words.lag}
          figure={lag ? formatDuration(lag.p95) : words.none}
          detail={lag ? words.lagDetail(formatDuration(lag.p50), formatDuration(lag.p99)) : words.noLag}
          chart={<SparkLine values={sparks.lagP95} label={words.spark(words.lag, lagMax)} />}
        />
        <Tile
          name={words.shortages}
          figure={formatShort(shortages.total)}
          detail={words.shortagesDetail(shortages.open)}
          chart={bars(words.shortages, sparks.shortages)}
          to="/conflicts"
        />
        <Tile
          name={words.errors}
          figure={formatShort(tiles.errors)}
          detail={words.errorsDetail}
          chart={bars(words.errors, sparks.errors)}
          to="/dead-letters"
        />
        <Tile
          name={words.apiCalls}
          figure={formatShort(tiles.apiCalls)}
          detail={words.apiCallsDetail}
          chart={bars(words.apiCalls, sparks.apiCalls)}
        />
      </dl>
    </section>
  );
}
