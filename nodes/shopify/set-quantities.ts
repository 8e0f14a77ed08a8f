/**
 * Writes quantities by compare-and-set. Facts (2026-10): a call with one stale pair writes nothing at all; the
 * same key with the same content gets the first answer again, within about a day.
 */
import type { QuantityChange, QuantityOutcome } from '#runtime/sync/channel.ts';
import { derivedKey } from './derived-key.ts';
import { setQuantities as operation } from './operations/quantity-operations.ts';
import { BATCH_MAX, Ref, readQuantities } from './read-quantities.ts';
import { judge } from './set-errors.ts';
import type { Transport } from './transport.ts';

/** Each round settles at least one listing, as a rule all troubled ones: more rounds mean a shop in turmoil. */
const ROUNDS_MAX = 10;

/**
 * Sends the changes under `key`. What Shopify finds stale or refuses is taken out, and the rest goes again
 * under a key that follows from `key` and that rest.
 * A repeat after a crash may report `stale` for what the first try did write, if Shopify no longer has that
 * try's record: whoever is told `stale` looks at the shop's number before doing anything else.
 * What is not settled after some rounds is `stale` too.
 * @throws {Retryable} as the transport does; and when the same call is still under way at Shopify.
 */
export async function setQuantities(
  transport: Transport,
  changes: readonly QuantityChange[],
  key: string,
): Promise<Map<string, QuantityOutcome>> {
  checkChanges(changes);
  const outcomes = new Map<string, QuantityOutcome>();
  let rest = [...changes];
  let roundKey = key;
  for (let round = 1; rest.length > 0 && round <= ROUNDS_MAX; round++) {
    const settled = await send(transport, rest, roundKey, key);
    for (const [externalId, outcome] of settled) outcomes.set(externalId, outcome);
    rest = rest.filter((change) => !settled.has(change.externalId));
    roundKey = derivedKey(key, [round, inputOf(rest)]);
  }
  // The counts change faster than they can be written. None of these was: whoever asks looks, and asks under another key.
  // Asked again under this one, round after round would meet the answers of before, and no try would ever come to an end.
  for (const { externalId } of rest) outcomes.set(externalId, { kind: 'stale' });
  return outcomes;
}

function checkChanges(changes: readonly QuantityChange[]): void {
  if (changes.length > BATCH_MAX) throw new Error(`${changes.length} changes in one write`);
  if (new Set(changes.map((change) => change.externalId)).size < changes.length)
    throw new Error('a listing stands twice in one write');
  const wrong = changes.find(
    ({ from, to }) => !Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to < 0,
  );
  if (wrong) throw new Error(`${wrong.from} to ${wrong.to} is no change of a quantity`);
}

/** One round: the outcomes that it settles. Empty: an earlier try under this key failed; a new key may pass. */
async function send(
  transport: Transport,
  changes: readonly QuantityChange[],
  roundKey: string,
  key: string,
): Promise<Map<string, QuantityOutcome>> {
  const input = {
    name: 'available',
    reason: 'correction',
    // Shows in the merchant's stock history, with our name.
    referenceDocumentUri: `gid://syncflow/SyncJob/${key}`,
    quantities: inputOf(changes),
  };
  const answer = await transport(operation, { input, key: roundKey });
  const { userErrors, inventoryAdjustmentGroup } = answer.inventorySetQuantities;
  if (userErrors.length === 0) {
    const moved = new Set(
      (inventoryAdjustmentGroup?.changes ?? []).map(({ item, location }) => `${item?.id} ${location?.id}`),
    );
    return await settledByLooking(transport, changes, moved);
  }
  const verdict = judge(userErrors, changes);
  return verdict.staleSomewhere ? await staleByReading(transport, changes) : verdict.outcomes;
}

/** `changeFromQuantity` must be present in each; null would switch the comparison off. */
function inputOf(changes: readonly QuantityChange[]): readonly Readonly<Record<string, unknown>>[] {
  return changes.map((change) => {
    const { inventoryItemId, locationId } = Ref.parse(change.ref);
    return { inventoryItemId, locationId, quantity: change.to, changeFromQuantity: change.from };
  });
}

const NOT_COUNTED: QuantityOutcome = {
  kind: 'refused',
  reason: 'Shopify does not count this product any more.',
  fix: 'Turn on "Track quantity" for it in Shopify, or leave it as it is: nothing of it is pushed then.',
};

/** Shopify ignores a number for an item that is not counted, without a word: it is only missing among the changes. */
async function settledByLooking(
  transport: Transport,
  changes: readonly QuantityChange[],
  moved: ReadonlySet<string>,
): Promise<Map<string, QuantityOutcome>> {
  const silent = changes.filter(({ from, to, ref }) => {
    const { inventoryItemId, locationId } = Ref.parse(ref);
    return from !== to && !moved.has(`${inventoryItemId} ${locationId}`);
  });
  const now = silent.length > 0 ? await readQuantities(transport, silent) : new Map<string, number | null>();
  return new Map(
    changes.map(({ externalId }): [string, QuantityOutcome] => [
      externalId,
      now.get(externalId) === null ? NOT_COUNTED : { kind: 'set' },
    ]),
  );
}

async function staleByReading(
  transport: Transport,
  changes: readonly QuantityChange[],
): Promise<Map<string, QuantityOutcome>> {
  const now = await readQuantities(transport, changes);
  const stale = changes.filter((change) => now.get(change.externalId) !== change.from);
  return new Map(stale.map((change) => [change.externalId, { kind: 'stale' }]));
}
