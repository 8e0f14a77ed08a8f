/**
 * Books operations of several SKUs in few round trips, each SKU by one atomic write for all of its operations at once.
 * The steps, and why no crash and no interleaving can apply a key twice: docs/concepts/stock.md.
 */
import type { Sku } from '../ids.ts';
import { stillPossible, unchanged, updateOf } from './change.ts';
import { mustBeSame } from './content.ts';
import { type Drains, JOURNAL_LENGTH_DUE, JOURNAL_LENGTH_MAX } from './drain.ts';
import { KnownStock, type KnownStocks, type ReadStock } from './known-stock.ts';
import type { StockOperation, StockResult } from './operation.ts';
import { planOf } from './plan.ts';
import { type JournalEntry, movementIdOf, type StockHead } from './stock-document.ts';
import { levelOf } from './stock-level.ts';
import type { StockSteps } from './stock-steps.ts';

/** An operation that waits for its answer. */
export interface Ask {
  readonly operation: StockOperation;
  readonly settle: (result: StockResult) => void;
  readonly fail: (error: unknown) => void;
}

/** The operations of one SKU, each key once, in the order in which they came. */
export interface AskGroup {
  readonly sku: Sku;
  readonly asks: readonly Ask[];
  /** All have their answers. */
  readonly done: () => void;
}

export interface BookingContext {
  readonly steps: StockSteps;
  readonly known: KnownStocks;
  readonly drains: Drains;
}

/** A SKU that keeps changing between our look and our write this often would be a mistake of ours, not bad luck. */
const ATTEMPTS_MAX = 100;

interface Pending extends Ask {
  /** A look into the movements did not find the key; in them was everything that was drained up to this epoch. */
  absentUpTo: number | null;
  /** When it was written without a clear answer. */
  readonly triedAt: Set<number>;
}

interface Group {
  readonly sku: Sku;
  readonly done: () => void;
  asks: Pending[];
  known: KnownStock;
  /** The epoch in which the keys were found to be unused. */
  epoch: number;
  /** `known` was read in this attempt, and not kept from before. */
  isFresh: boolean;
  attempts: number;
}

interface Draft {
  readonly group: Group;
  readonly at: Date;
  readonly entries: readonly JournalEntry[];
  readonly after: StockHead;
  readonly answers: readonly { readonly ask: Pending; readonly result: StockResult }[];
}

/** Never throws: every ask is settled, or fails. */
export async function book(context: BookingContext, asked: readonly AskGroup[]): Promise<void> {
  let open: Group[] = [];
  try {
    open = await begin(context, asked);
    while (open.length > 0) {
      await recall(context, open);
      const drafts = open.flatMap((group) => (group.asks.length > 0 ? [draftOf(group)] : []));
      await write(context, drafts);
      for (const group of open) if (group.asks.length === 0) group.done();
      open = open.filter(({ asks }) => asks.length > 0);
      await readAgain(context, open);
    }
  } catch (error) {
    // Nobody knows what was written: the caller asks again, and the keys tell.
    for (const { sku, asks, done } of open.length > 0 ? open : asked) {
      context.known.forget(sku);
      for (const ask of asks) ask.fail(error);
      done();
    }
  }
}

async function begin({ steps, known }: BookingContext, asked: readonly AskGroup[]): Promise<Group[]> {
  const unknown = asked.flatMap(({ sku }) => (known.get(sku) ? [] : [sku]));
  const read = unknown.length > 0 ? await steps.read(unknown) : [];
  for (const document of read) known.set(document.sku, new KnownStock(document));
  const fresh = new Set(read.map(({ sku }) => sku));
  return asked.flatMap(({ sku, asks, done }) => {
    const stock = known.get(sku);
    if (stock) {
      const pending = asks.map((ask) => ({ ...ask, absentUpTo: null, triedAt: new Set<number>() }));
      return [
        { sku, done, asks: pending, known: stock, epoch: stock.epoch, isFresh: fresh.has(sku), attempts: 0 },
      ];
    }
    for (const ask of asks) ask.settle({ outcome: 'unknown-sku' });
    done();
    return [];
  });
}

/** Groups whose SKU is not known any more have lost against somebody: they look at it as it is now. */
async function readAgain({ steps, known }: BookingContext, open: readonly Group[]): Promise<void> {
  const lost = open.filter(({ sku, known: was }) => known.get(sku) !== was);
  if (lost.length === 0) return;
  const read = await steps.read(lost.map(({ sku }) => sku));
  const bySku = new Map(read.map((document) => [document.sku, document]));
  for (const group of lost) {
    group.attempts += 1;
    if (group.attempts >= ATTEMPTS_MAX)
      throw new Error(`${group.sku} found no turn to be booked in ${ATTEMPTS_MAX} attempts`);
    refresh(known, group, bySku.get(group.sku));
  }
}

function refresh(known: KnownStocks, group: Group, document: ReadStock | undefined): void {
  if (!document) throw new Error(`the stock of ${group.sku} was removed while it was booked`);
  const stock = new KnownStock(document);
  stock.contended = group.attempts > 0;
  known.set(group.sku, stock);
  group.known = stock;
  group.isFresh = true;
}

/** Answers what was applied before. What is left was not applied up to the state that is known. */
async function recall(context: BookingContext, groups: readonly Group[]): Promise<void> {
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

function recorded(entry: JournalEntry, head: StockHead, repeated: boolean): StockResult {
  const level = levelOf(head);
  const { filled = [], owed = 0, lostTo = null, beyondQuota = false } = entry;
  return entry.kind === 'short'
    ? { outcome: 'short', repeated, level, winner: lostTo, beyondQuota }
    : { outcome: 'applied', repeated, level, filled, owed };
}

/** Plans the operations one after another, as many as the journal has room for. */
function draftOf(group: Group): Draft {
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

async function write(context: BookingContext, drafts: readonly Draft[]): Promise<void> {
  const exact: Draft[] = [];
  const others: Promise<void>[] = [];
  for (const draft of drafts) {
    const { group, entries, answers } = draft;
    const { sku, known, isFresh, epoch } = group;
    if (answers.length === 0) {
      // The journal is full. Where somebody else drained it, it is looked at again.
      others.push(context.drains.now(sku).then(() => forgetIfFull(context, group)));
    } else if (!isFresh && answers.some(({ result }) => isRefusal(result))) {
      // Never refused by what may be old.
      context.known.forget(sku);
    } else if (entries.length === 0) {
      settle(draft);
    } else {
      const filter = known.contended ? stillPossible(known, epoch, entries) : null;
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

function isRefusal({ outcome }: StockResult): boolean {
  return outcome !== 'applied' && outcome !== 'short';
}
