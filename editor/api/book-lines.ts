import type { StockListView } from '#server/api/views.ts';
import { postForJson } from './request.ts';

/** One line of a list that a person has written down: what was there, and what shall be or is. */
export interface StockLine {
  readonly sku: string;
  readonly location: string;
  readonly seen: number;
  readonly quantity: number;
}

/** What came of the lines so far. */
export type Booked = StockListView;

const partLines = 200;
const partMsMax = 60_000;

/**
 * Books a list, a part at a time, each line once for the key: after a failure the same call goes on where it stopped, and what
 * was booked counts as booked before. Throws {@link Problem}.
 * @param told called after each part with the lines that are done.
 */
export async function bookLines(
  kind: 'import' | 'take',
  key: string,
  lines: readonly StockLine[],
  told: (done: number) => void,
): Promise<Booked> {
  let booked: Booked = { booked: 0, before: 0, unchanged: 0, refused: [] };
  for (let start = 0; start < lines.length; start += partLines) {
    const part = lines.slice(start, start + partLines);
    const answer = await postForJson<StockListView>('/stock/lists', { key, kind, lines: part }, partMsMax);
    booked = {
      booked: booked.booked + answer.booked,
      before: booked.before + answer.before,
      unchanged: booked.unchanged + answer.unchanged,
      refused: [...booked.refused, ...answer.refused],
    };
    told(start + part.length);
  }
  return booked;
}
