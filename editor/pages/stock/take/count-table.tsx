import { memo } from 'react';
import { formatCount } from '../../../format/numbers.ts';
import { exactTime } from '../../../format/times.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../../ui/table.tsx';
import { formatChange } from '../import/change-table.tsx';
import { type Count, placeOf, useTake, writeCount } from './counts.ts';

const words = stockLists.take;
const most = 1_000_000_000;

type Place = Pick<Count, 'sku' | 'title' | 'location' | 'seen'>;

/** Products with what the books say, and a field for what was counted. */
export function CountTable({ places }: { places: readonly Place[] }) {
  return (
    <Table
      caption={words.title}
      head={
        <>
          <ColumnHead>{stockLists.import.product}</ColumnHead>
          <ColumnHead className="hidden sm:table-cell">{stockLists.import.location}</ColumnHead>
          <ColumnHead className="text-right">{words.books}</ColumnHead>
          <ColumnHead className="text-right">{words.counted}</ColumnHead>
          <ColumnHead className="hidden w-32 text-right sm:table-cell">{words.difference}</ColumnHead>
        </>
      }
    >
      {places.map((place) => (
        <CountRow key={placeOf(place)} {...place} />
      ))}
    </Table>
  );
}

const CountRow = memo(function CountRow({ sku, title, location, seen }: Place) {
  const count = useTake(({ counts }) => counts[placeOf({ sku, location })]);
  return (
    <Row>
      <RowHead className="w-full max-w-0">
        <span className="block truncate" title={title}>
          {title}
        </span>
        <span className="block truncate font-mono text-xs text-quiet">{sku}</span>
      </RowHead>
      <Cell className="hidden sm:table-cell">{location}</Cell>
      <Cell className="text-right text-quiet tabular-nums">{formatCount(count?.seen ?? seen)}</Cell>
      <Cell className="text-right">
        <input
          type="number"
          inputMode="numeric"
          min={0}
          max={most}
          step={1}
          aria-label={words.countOf(title, location)}
          value={count?.quantity ?? ''}
          onChange={({ target: { value } }) => {
            const quantity = Math.trunc(Number(value));
            const isCount = value !== '' && quantity >= 0 && quantity <= most;
            // What the books said when it was counted stands; another look at the same shelf is another count.
            const counted = { sku, title, location, seen, quantity, at: Date.now() };
            writeCount({ sku, location }, isCount ? counted : null);
          }}
          className="h-9 w-24 rounded-lg border border-edge bg-surface px-3 text-right tabular-nums"
        />
      </Cell>
      <Cell className="hidden text-right tabular-nums sm:table-cell">
        {count && <Difference count={count} />}
      </Cell>
    </Row>
  );
});

function Difference({ count: { seen, quantity, at } }: { count: Count }) {
  return (
    <span title={words.at(exactTime(at))}>
      {quantity === seen ? <span className="text-quiet">{words.agrees}</span> : formatChange(quantity - seen)}
    </span>
  );
}
