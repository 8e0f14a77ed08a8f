import type { UseQueryResult } from '@tanstack/react-query';
import type { FirstSyncView } from '#server/api/views.ts';
import { useConnections } from '../../api/queries.ts';
import { formatCount } from '../../format/numbers.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ground, Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../ui/table.tsx';

const texts = words.check;

/** What the first sync would write: counted, and the largest changes row by row. */
export function FirstSync({ query, unmatched }: { query: UseQueryResult<FirstSyncView>; unmatched: number }) {
  return (
    <QueryPart
      query={query}
      skeleton={
        <div className={ground}>
          <p role="status" className="px-4 pt-4 text-quiet">
            {texts.looking}
          </p>
          <SkeletonRows rows={4} />
        </div>
      }
    >
      {(view) => (
        <>
          <div className={`${ground} p-4`}>
            <div className="flex flex-wrap items-center gap-3">
              <p className="grow font-semibold">{texts.summary(view.listings)}</p>
              <Button icon="retry" busy={query.isFetching} onClick={() => void query.refetch()}>
                {texts.again}
              </Button>
            </div>
            <dl className="mt-3 grid grid-cols-3 gap-3">
              <Figure name={texts.same} value={view.same} />
              <Figure name={texts.raised} value={view.raised} />
              <Figure
                name={view.soldOut > 0 ? `${texts.lowered}, ${texts.soldOut(view.soldOut)}` : texts.lowered}
                value={view.lowered}
              />
            </dl>
            {unmatched > 0 && <p className="mt-3 text-sm text-quiet">{texts.unmatched(unmatched)}</p>}
          </div>
          {view.rows.length === 0 ? (
            <div className={ground}>
              <EmptyState icon="check" title={texts.noChange}>
                {texts.noChangeAbout}
              </EmptyState>
            </div>
          ) : (
            <Rows rows={view.rows} more={view.raised + view.lowered > view.rows.length} />
          )}
        </>
      )}
    </QueryPart>
  );
}

const Figure = ({ name, value }: { name: string; value: number }) => (
  <div className="flex flex-col-reverse justify-end">
    <dt className="text-xs text-pretty text-quiet">{name}</dt>
    <dd className="text-2xl font-semibold tracking-tight">{formatCount(value)}</dd>
  </div>
);

function Rows({ rows, more }: { rows: FirstSyncView['rows']; more: boolean }) {
  const connections = useConnections().data ?? [];
  const nameOf = (id: string) => connections.find((connection) => connection.id === id)?.name ?? '';
  return (
    <Panel title={texts.rows}>
      <Table
        caption={texts.rows}
        head={
          <>
            <ColumnHead>{texts.product}</ColumnHead>
            <ColumnHead className="hidden sm:table-cell">{texts.shop}</ColumnHead>
            <ColumnHead className="text-right">{texts.shows}</ColumnHead>
            <ColumnHead className="text-right">{texts.will}</ColumnHead>
          </>
        }
      >
        {rows.map(({ id, title, sku, connectionId, shows, willShow }) => (
          <Row key={id}>
            <RowHead className="w-full max-w-0">
              <span className="block truncate">{title}</span>
              <span className="block truncate text-xs text-quiet">
                <span className="font-mono">{sku}</span>
                <span className="sm:hidden"> · {nameOf(connectionId)}</span>
              </span>
            </RowHead>
            <Cell className="hidden whitespace-nowrap sm:table-cell">{nameOf(connectionId)}</Cell>
            <Cell className="text-right text-quiet tabular-nums">{formatCount(shows)}</Cell>
            <Cell className="text-right font-semibold tabular-nums">{formatCount(willShow)}</Cell>
          </Row>
        ))}
      </Table>
      {more && <p className="px-4 py-2 text-xs text-quiet">{texts.largest(rows.length)}</p>}
    </Panel>
  );
}
