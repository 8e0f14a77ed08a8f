import type { StockPreviewView } from '#server/api/views.ts';
import { formatCount } from '../../../format/numbers.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../../ui/table.tsx';

const words = stockLists.import;
const shown = 200;

/** `+3`, `−2`: with a sign, and a minus that is as wide as the plus. */
export const formatChange = (change: number): string =>
  `${change > 0 ? '+' : change < 0 ? '−' : '±'}${formatCount(Math.abs(change))}`;

/** Each change of a list: what is there, and what will be. */
export function ChangeTable({ title, changes }: { title: string; changes: StockPreviewView['changes'] }) {
  return (
    <Panel title={title}>
      <Table
        caption={title}
        head={
          <>
            <ColumnHead className="hidden w-16 text-right sm:table-cell">{words.line}</ColumnHead>
            <ColumnHead>{words.product}</ColumnHead>
            <ColumnHead className="hidden sm:table-cell">{words.location}</ColumnHead>
            <ColumnHead className="text-right">{words.now}</ColumnHead>
            <ColumnHead className="text-right">{words.after}</ColumnHead>
            <ColumnHead className="text-right">{words.change}</ColumnHead>
          </>
        }
      >
        {changes.slice(0, shown).map(({ line, sku, title: name, location, seen, quantity }) => (
          <Row key={line}>
            <Cell className="hidden text-right text-quiet tabular-nums sm:table-cell">{line}</Cell>
            <RowHead className="w-full max-w-0">
              <span className="block truncate">{name}</span>
              <span className="block truncate font-mono text-xs text-quiet">{sku}</span>
            </RowHead>
            <Cell className="hidden sm:table-cell">{location}</Cell>
            <Cell className="text-right tabular-nums">{formatCount(seen)}</Cell>
            <Cell className="text-right font-semibold tabular-nums">{formatCount(quantity)}</Cell>
            <Cell className="text-right tabular-nums">{formatChange(quantity - seen)}</Cell>
          </Row>
        ))}
      </Table>
      {changes.length > shown && (
        <p className="px-4 py-2 text-xs text-quiet">{words.shown(shown, changes.length)}</p>
      )}
    </Panel>
  );
}
