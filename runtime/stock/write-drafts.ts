/** Writes what was planned: each SKU by one atomic write, all of them in one round trip. */
import type { BookingContext, Group } from './booking-group.ts';
import { stillPossible, unchanged, updateOf } from './change.ts';
import type { Draft } from './draft.ts';
import { JOURNAL_LENGTH_DUE, JOURNAL_LENGTH_MAX } from './drain.ts';
import { KnownStock } from './known-stock.ts';
import { levelOf } from './stock-level.ts';

/** Drafts that were written, or refused, have their answers; the others' SKUs are not known any more. */
export async function write(context: BookingContext, drafts: readonly Draft[]): Promise<void> {
  const exact: Draft[] = [];
  const others: Promise<void>[] = [];
  for (const draft of drafts) {
    const { group, entries, answers } = draft;
    const { sku, known, isFresh, epoch } = group;
    if (answers.length === 0) {
      // The journal is full. Where somebody else drained it, it is looked at again.
      others.push(context.drains.now(sku).then(() => forgetIfFull(context, group)));
    } else if (!isFresh && hasRefusal(draft)) {
      // Never refused by what may be old.
      context.known.forget(sku);
    } else if (entries.length === 0) {
      settle(draft);
    } else {
      // What was refused was refused by exactly this state.
      const isLoose = known.contended && !hasRefusal(draft);
      const filter = isLoose ? stillPossible(known, epoch, entries) : null;
      if (filter) others.push(writeContended(context, draft, filter));
      else exact.push(draft);
    }
  }
  const ended = await Promise.allSettled([writeExact(context, exact), ...others]);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

function forgetIfFull({ known }: BookingContext, { sku, known: stock }: Group): void {
  if (stock.keys.size >= JOURNAL_LENGTH_MAX) known.forget(sku);
}

async function writeExact(context: BookingContext, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const writes = drafts.map(({ group: { known }, after, entries }) => ({
    filter: unchanged(known),
    update: updateOf(known.head, after, entries),
  }));
  const [first] = writes;
  const matched =
    first && writes.length === 1
      ? Number(await context.steps.write(first))
      : await context.steps.writeEach(writes);
  for (const draft of drafts) {
    const { group, at, entries, after, answers } = draft;
    if (matched < drafts.length) {
      // One of them lost; which one is seen by reading them all.
      context.known.forget(group.sku);
      for (const { ask } of answers) ask.triedAt.add(at.getTime());
      continue;
    }
    group.known.contended = false;
    group.known.wrote(
      after,
      entries.map(({ key }) => key),
    );
    written(context, draft);
  }
}

/** Somebody else writes this SKU too: what others did meanwhile does no harm, as long as the guards hold. */
async function writeContended(
  context: BookingContext,
  draft: Draft,
  filter: NonNullable<ReturnType<typeof stillPossible>>,
): Promise<void> {
  const { group, entries, after, answers } = draft;
  const { head } = group.known;
  const document = await context.steps.writeAndRead({ filter, update: updateOf(head, after, entries) });
  if (!document) {
    context.known.forget(group.sku);
    return;
  }
  const stock = new KnownStock(document);
  stock.contended = document.version !== after.version;
  context.known.set(group.sku, stock);
  group.known = stock;
  const level = levelOf(stock.head);
  written(context, {
    ...draft,
    answers: answers.map(({ ask, result }) => ({ ask, result: { ...result, level } })),
  });
}

function written({ drains }: BookingContext, draft: Draft): void {
  const { sku, known } = draft.group;
  settle(draft);
  if (known.keys.size >= JOURNAL_LENGTH_DUE) drains.soon(sku);
}

function settle({ group, answers }: Draft): void {
  const answered = new Set(answers.map(({ ask }) => ask));
  group.asks = group.asks.filter((ask) => !answered.has(ask));
  group.attempts = 0;
  group.isFresh = true;
  for (const { ask, result } of answers) ask.settle(result);
}

function hasRefusal({ answers }: Draft): boolean {
  return answers.some(({ result: { outcome } }) => outcome !== 'applied' && outcome !== 'short');
}
