import type { StockPreviewView } from '#server/api/views.ts';
import { stockLists } from '../../../texts/stock-lists.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ground, Panel } from '../../../ui/panel.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../../ui/table.tsx';
import { BookLines } from './book-lines.tsx';
import { ChangeTable } from './change-table.tsx';

const words = stockLists.import;
const wrongShown = 100;

/** What a file would change: in a sentence, then the lines that can't be used, then every change; then the booking. */
export function ImportPreview({
  bookingKey,
  preview,
  onAnother,
}: {
  bookingKey: string;
  preview: StockPreviewView;
  onAnother: () => void;
}) {
  const { changes, unchanged, wrong } = preview;
  return (
    <div className="grid gap-4">
      <div className={`${ground} flex flex-wrap items-center gap-3 p-4`}>
        <p className="grow font-semibold">{words.summary(changes.length, unchanged, wrong.length)}</p>
        <Button onClick={onAnother}>{words.another}</Button>
      </div>
      {wrong.length > 0 && (
        <Panel title={words.wrong}>
          <Table
            caption={words.wrong}
            head={
              <>
                <ColumnHead className="w-20 text-right">{words.line}</ColumnHead>
                <ColumnHead>{words.why}</ColumnHead>
              </>
            }
          >
            {wrong.slice(0, wrongShown).map(({ line, text }) => (
              <Row key={line}>
                <RowHead className="text-right tabular-nums">{line}</RowHead>
                <Cell className="text-pretty">{text}</Cell>
              </Row>
            ))}
          </Table>
          {wrong.length > wrongShown && (
            <p className="px-4 py-2 text-xs text-quiet">{words.shown(wrongShown, wrong.length)}</p>
          )}
        </Panel>
      )}
      {changes.length === 0 ? (
        <div className={ground}>
          <EmptyState icon="check" title={words.none}>
            {words.noneAbout}
          </EmptyState>
        </div>
      ) : (
        <>
          <ChangeTable title={words.changes} changes={changes} />
          <BookLines kind="import" bookingKey={bookingKey} lines={changes} go={words.book(changes.length)} />
        </>
      )}
    </div>
  );
}
