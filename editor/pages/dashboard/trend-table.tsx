import type { TrendsView } from '#server/api/views.ts';
import { formatCount, formatDuration } from '../../format/numbers.ts';
import { dayOfChart } from '../../format/times.ts';
import { trends as words } from '../../texts/trends.ts';
import { texts } from '../../texts.ts';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../ui/table.tsx';

/** The figures of the charts in words and numbers. */
export function TrendTable({ trends: { shops, days } }: { trends: TrendsView }) {
  return (
    <details className="mt-3">
      <summary className="inline-flex min-h-6 cursor-pointer items-center text-sm text-quiet hover:text-ink">
        {words.table}
      </summary>
      <div className="mt-2 overflow-x-auto">
        <Table
          caption={words.table}
          head={
            <>
              <ColumnHead>{words.day}</ColumnHead>
              {shops.map(({ id, name }) => (
                <ColumnHead key={id} className="text-right">
                  {name}
                </ColumnHead>
              ))}
              <ColumnHead className="text-right">{texts.dashboard.synced}</ColumnHead>
              <ColumnHead className="text-right">{words.lag}</ColumnHead>
              <ColumnHead className="text-right">{words.errors}</ColumnHead>
            </>
          }
        >
          {days.map(({ at, orders, changesSynced, lagP95, errors }) => (
            <Row key={at}>
              <RowHead>{dayOfChart(Date.parse(at))}</RowHead>
              {shops.map(({ id }, index) => (
                <Cell key={id} className="text-right tabular-nums">
                  {formatCount(orders[index] ?? 0)}
                </Cell>
              ))}
              <Cell className="text-right tabular-nums">{formatCount(changesSynced)}</Cell>
              <Cell className="text-right tabular-nums">
                {lagP95 === null ? texts.dashboard.none : formatDuration(lagP95)}
              </Cell>
              <Cell className="text-right tabular-nums">{formatCount(errors)}</Cell>
            </Row>
          ))}
        </Table>
      </div>
    </details>
  );
}
