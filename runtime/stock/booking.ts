/**
 * Books operations of several SKUs in few round trips, each SKU by one atomic write for all of its operations at once.
 * The steps, and why no crash and no interleaving can apply a key twice: docs/concepts/stock.md.
 */
import { type AskGroup, type BookingContext, type Group, refresh } from './booking-group.ts';
import { draftOf } from './draft.ts';
import { KnownStock } from './known-stock.ts';
import { recall } from './recall.ts';
import { write } from './write-drafts.ts';

/** A SKU that keeps changing between our look and our write this often would be a mistake of ours, not bad luck. */
const ATTEMPTS_MAX = 100;

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
