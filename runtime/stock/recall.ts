/** Looks for operations that were applied before: in the journals, and in the movements where a key may have been drained. */
import { type BookingContext, type Group, type Pending, recorded, refresh } from './booking-group.ts';
import { mustBeSame } from './content.ts';
import type { StockOperation } from './operation.ts';
import { type JournalEntry, movementIdOf } from './stock-document.ts';

/** Answers what was applied before. What is left was not applied up to the state that is known. */
export async function recall(context: BookingContext, groups: readonly Group[]): Promise<void> {
  const { steps, known } = context;
  const inJournal = groups.filter((group) =>
    group.asks.some(({ operation: { key } }) => group.known.keys.has(key)),
  );
  if (inJournal.length > 0) {
    const whole = await steps.readWhole(inJournal.map(({ sku }) => sku));
    const bySku = new Map(whole.map((document) => [document.sku, document]));
    for (const group of inJournal) {
      const document = bySku.get(group.sku);
      refresh(known, group, document);
      const entries = new Map(document?.journal.map((entry) => [entry.key, entry]));
      answerPriors(group, ({ key }) => entries.get(key));
    }
  }
  const doubted = groups.flatMap((group) => {
    // From here on: a drain by ourselves may raise the epoch of what we know at any moment.
    group.epoch = group.known.epoch;
    return group.asks.filter((ask) => isDoubtful(group, ask)).map((ask) => ({ group, ask }));
  });
  if (doubted.length === 0) return;
  const movements = await steps.movementsOf(doubted.map(({ ask }) => ask.operation));
  for (const group of new Set(doubted.map((one) => one.group))) {
    answerPriors(group, ({ sku, key }) => movements.get(movementIdOf(steps.clientId, sku, key)));
  }
  for (const { group, ask } of doubted) ask.absentUpTo = group.epoch;
}

function isDoubtful({ known, epoch }: Group, { operation, absentUpTo }: Pending): boolean {
  return absentUpTo !== epoch && !known.isUnused(operation.key);
}

function answerPriors(group: Group, priorOf: (operation: StockOperation) => JournalEntry | undefined): void {
  group.asks = group.asks.filter((ask) => {
    const prior = priorOf(ask.operation);
    if (!prior) return true;
    try {
      mustBeSame(ask.operation, prior);
      ask.settle(recorded(prior, group.known.head, !ask.triedAt.has(prior.at.getTime())));
    } catch (error) {
      ask.fail(error);
    }
    return false;
  });
}
