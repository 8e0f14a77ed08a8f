/** Looks for operations that were applied before: in the journals, and in the movements where a key may have been drained. */
import { type BookingContext, type Group, type Pending, recorded, refresh } from './booking-group.ts';
import { mustBeSame } from './content.ts';
import type { StockOperation } from './operation.ts';
import { type JournalEntry, type MovementDocument, movementIdOf } from './stock-document.ts';

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
  const asked = new Set(doubted.map(({ group }) => group));
  const renewed = await catchUp(context, [...asked], [...movements.values()]);
  for (const group of asked) {
    answerPriors(group, ({ sku, key }) => movements.get(movementIdOf(steps.clientId, sku, key)));
  }
  for (const { group, ask } of doubted) ask.absentUpTo = group.epoch;
  // In what was read since, the other keys may be used: they were looked for in what was known before.
  const again = renewed.filter(({ asks }) => asks.length > 0);
  if (again.length > 0) await recall(context, again);
}

/**
 * What we know of a SKU may be older than what was found: nobody is answered with a level from before his operation.
 * @returns the groups whose SKU was read anew.
 */
async function catchUp(
  { steps, known }: BookingContext,
  groups: readonly Group[],
  found: readonly MovementDocument[],
): Promise<readonly Group[]> {
  const behind = groups.filter((group) =>
    found.some(({ sku, sequence }) => sku === group.sku && sequence > group.known.head.version),
  );
  if (behind.length === 0) return behind;
  const read = await steps.read(behind.map(({ sku }) => sku));
  for (const group of behind) {
    refresh(
      known,
      group,
      read.find(({ sku }) => sku === group.sku),
    );
  }
  return behind;
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
