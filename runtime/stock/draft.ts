/** What is to be written for a SKU: its operations planned one after another, to be booked at once. */
import { type Group, type Pending, recorded } from './booking-group.ts';
import { JOURNAL_LENGTH_MAX } from './drain.ts';
import type { StockResult } from './operation.ts';
import { planOf } from './plan.ts';
import type { JournalEntry, StockHead } from './stock-document.ts';
import { levelOf } from './stock-level.ts';

export interface Draft {
  readonly group: Group;
  readonly at: Date;
  readonly entries: readonly JournalEntry[];
  readonly after: StockHead;
  readonly answers: readonly { readonly ask: Pending; readonly result: StockResult }[];
}

/** Plans the operations one after another, as many as the journal has room for. */
export function draftOf(group: Group): Draft {
  const at = new Date();
  const room = JOURNAL_LENGTH_MAX - group.known.keys.size;
  let after = group.known.head;
  const entries: JournalEntry[] = [];
  const answers: { ask: Pending; result: StockResult }[] = [];
  for (const ask of group.asks) {
    if (entries.length >= room) break;
    const plan = planOf(after, ask.operation, at);
    if ('refused' in plan) {
      answers.push({ ask, result: { ...plan.refused, level: levelOf(after) } });
    } else {
      after = plan.after;
      entries.push(plan.entry);
      answers.push({ ask, result: recorded(plan.entry, after, false) });
    }
  }
  return { group, at, entries, after, answers };
}
