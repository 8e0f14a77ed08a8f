/**
 * Compares what workers were told with the sequential model: the movements of each SKU, in their order, done again by the
 * model, must give every answer that was given, and the quantities that are stored.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Db } from 'mongodb';
import type { ClientId, Sku } from '#runtime/ids.ts';
import { KeyReused, type StockOperation, type StockResult } from '#runtime/stock/operation.ts';
import type { JournalEntry, MovementDocument, StockDocument } from '#runtime/stock/stock-document.ts';
import { levelOf, type StockLevel } from '#runtime/stock/stock-level.ts';
import { verifyStock } from '#runtime/stock/verify.ts';
import { StockModel, withoutNothing } from './model.ts';

/** One operation that was sent, and what came back. Never answered ones (the sender died) are not among them. */
export interface Told {
  readonly operation: StockOperation;
  readonly answer: StockResult | KeyReused;
  readonly askedAt: number;
  readonly toldAt: number;
}

/** @throws {Error} that says what is wrong. */
export async function checkHistory(
  db: Db,
  clientId: ClientId,
  sent: readonly StockOperation[],
  told: readonly Told[],
): Promise<void> {
  const { deviations } = await verifyStock(db, clientId);
  if (deviations.length > 0) throw new Error(deviations.map(({ sku, text }) => `${sku} ${text}`).join('\n'));
  const stock = (await db.collection('stock').find({ clientId }).toArray()) as unknown as StockDocument[];
  const movements = (await db
    .collection('movements')
    .find({ clientId })
    .sort({ sku: 1, sequence: 1 })
    .toArray()) as unknown as MovementDocument[];
  for (const document of stock) {
    const of = <Item extends { readonly sku: Sku }>(items: readonly Item[]) =>
      items.filter(({ sku }) => sku === document.sku);
    const { journal, version } = document;
    const drained = of(movements).filter(({ sequence }) => sequence <= version - journal.length);
    checkSku(
      document,
      [...drained, ...journal],
      of(sent),
      told.filter(({ operation: { sku } }) => sku === document.sku),
    );
  }
}

function checkSku(
  document: StockDocument,
  entries: readonly JournalEntry[],
  sent: readonly StockOperation[],
  told: readonly Told[],
): void {
  const history = historyOf(entries, sent);
  must(isDeepStrictEqual(plain(levelOf(document)), history.at(-1)?.level), 'the stored quantities', [
    plain(levelOf(document)),
    history.at(-1)?.level,
  ]);
  const bookedAt = new Map(entries.map(({ key }, index) => [key, index + 1]));
  for (const one of told) {
    const { operation, answer } = one;
    const moment = bookedAt.get(operation.key);
    const booked = moment === undefined ? undefined : history[moment];
    if (answer instanceof KeyReused) {
      must(booked && !isSame(booked.operation, operation), 'a key that was not used for anything else', one);
      continue;
    }
    must('level' in answer, 'no level', one);
    const then = history[answer.level.version];
    must(then && isDeepStrictEqual(plain(answer.level), then.level), 'a level that never was', [
      one,
      then?.level,
    ]);
    if (answer.outcome === 'applied' || answer.outcome === 'short') {
      must(booked && isSame(booked.operation, operation), 'an answer without a movement', one);
      must(answer.level.version >= (moment ?? 0), 'a level from before it was booked', one);
      checkAnswer(answer, booked.answer, one);
    } else {
      checkAnswer(answer, then.model().apply(operation), one);
    }
  }
  checkOrder(told, bookedAt);
}

interface Moment {
  /** What made this version; undefined: nothing yet. */
  readonly operation: StockOperation | undefined;
  readonly answer: ReturnType<StockModel['apply']>;
  readonly level: ReturnType<typeof plain>;
  /** The model at this version, to try something on. */
  readonly model: () => StockModel;
}

/** What the model makes of the entries, at each version. */
function historyOf(entries: readonly JournalEntry[], sent: readonly StockOperation[]): Moment[] {
  const done: StockOperation[] = [];
  const modelOf = (operations: readonly StockOperation[]) => {
    const model = new StockModel();
    for (const operation of operations) model.apply(operation);
    return model;
  };
  const moment = (model: StockModel, answer: Moment['answer']): Moment => {
    const before = [...done];
    return { operation: before.at(-1), answer, level: model.level(), model: () => modelOf(before) };
  };
  const model = new StockModel();
  const moments = [moment(model, { outcome: 'nothing' })];
  for (const entry of entries) {
    const candidates = sent.filter(({ key }) => key === entry.key);
    const operation = candidates.find((one) => isBookedAs(one, entry));
    must(operation, 'a movement that nobody asked for', entry);
    done.push(operation);
    const answer = model.apply(operation);
    must(answer.outcome === (entry.kind === 'short' ? 'short' : 'applied'), 'another outcome', [
      entry,
      answer,
    ]);
    moments.push(moment(model, answer));
  }
  return moments;
}

/** Who was told of one operation before he, or anybody, asked for another, has his booked first. */
function checkOrder(told: readonly Told[], bookedAt: ReadonlyMap<string, number>): void {
  const firstToldAt = new Map<string, number>();
  for (const { operation, toldAt, answer } of told) {
    if (answer instanceof KeyReused || !('repeated' in answer)) continue;
    firstToldAt.set(operation.key, Math.min(toldAt, firstToldAt.get(operation.key) ?? toldAt));
  }
  for (const { operation, answer, askedAt } of told) {
    if (answer instanceof KeyReused || !('repeated' in answer) || answer.repeated) continue;
    for (const [key, at] of firstToldAt) {
      if (at >= askedAt || key === operation.key) continue;
      const [earlier, later] = [bookedAt.get(key), bookedAt.get(operation.key)];
      must(!earlier || !later || earlier < later, `${key} after ${operation.key}`, [at, askedAt]);
    }
  }
}

function checkAnswer(answer: StockResult, expected: ReturnType<StockModel['apply']>, one: Told): void {
  const filled =
    'filled' in answer ? answer.filled.map(({ key, units, left }) => ({ key, units, left })) : [];
  const same =
    answer.outcome === expected.outcome &&
    ('owed' in answer ? answer.owed : 0) === (expected.owed ?? 0) &&
    ('beyondQuota' in answer && answer.beyondQuota) === (expected.beyondQuota ?? false) &&
    ('open' in answer ? answer.open : 0) === (expected.open ?? 0) &&
    isDeepStrictEqual(filled, expected.filled ?? []);
  must(same, 'another answer than the model gives', [one, expected]);
}

/** Of operations with the same key at most one is what was booked. */
function isBookedAs(operation: StockOperation, entry: JournalEntry): boolean {
  const { kind, location } = operation;
  const booked = entry.kind === 'short' ? (entry.asked ?? 'commit') : entry.kind;
  if (kind !== booked) return false;
  // Parts are of all locations.
  if (kind === 'allocate') return isDeepStrictEqual(operation.quotas, entry.quotas);
  if (location !== entry.location) return false;
  if ('connectionId' in operation && operation.connectionId !== (entry.channel?.connectionId ?? null))
    return false;
  if ('reservation' in operation && operation.reservation !== entry.reservation) return false;
  if (kind === 'withdraw' && operation.backorder !== entry.backorder) return false;
  if (kind === 'transfer') return operation.to === entry.to && operation.units === entry.units;
  if (kind === 'adjust') return operation.change === entry.onHandChange;
  if (kind === 'count') return operation.quantity === entry.units;
  return operation.units === entry.units;
}

function isSame(one: StockOperation | undefined, other: StockOperation): boolean {
  return one !== undefined && isDeepStrictEqual(contentOf(one), contentOf(other));
}

/** What was seen of the SKU is no part of what an operation is about; nor is the location of parts. */
function contentOf(operation: StockOperation) {
  const { seenVersion: _seen, ...content } = { seenVersion: 0, ...operation };
  return content.kind === 'allocate' ? { ...content, location: null } : content;
}

/** A level without names, and without what is nothing. */
function plain({
  onHand,
  reserved,
  available,
  backordered,
  byLocation,
  quotas,
  version,
  taken,
}: Pick<
  StockLevel,
  'onHand' | 'reserved' | 'available' | 'backordered' | 'byLocation' | 'quotas' | 'version' | 'taken'
>) {
  const places = Object.entries(byLocation).filter(([, at]) => at.onHand !== 0 || at.reserved !== 0);
  return {
    onHand,
    reserved,
    available,
    backordered,
    byLocation: Object.fromEntries(places),
    quotas: quotas ?? null,
    version,
    taken: withoutNothing(taken),
  };
}

function must(holds: unknown, what: string, about: unknown): asserts holds {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(about, null, 1)}`);
}
