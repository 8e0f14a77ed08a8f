/**
 * The mutation inventorySetQuantities by the rules since 2026-04. Facts: facts/channels-shopify-woo.md 1.8; the
 * texts of the two top-level errors were seen live by others (openclaw-workshop-kit#218). One difference: of the
 * two names that Shopify takes, the sandbox knows `available` alone.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { GraphQLResolveInfo } from 'graphql';
import type { AnswerStore } from './answer-store.ts';
import type { Catalogue, Product } from './catalogue.ts';
import { answeredOnce, idempotencyKey, topLevel } from './idempotent.ts';
import { seqOf } from './ids.ts';
import { availableAt, locationIndex, locationNode } from './item-nodes.ts';
import type { Levels } from './levels.ts';

interface QuantityInput {
  readonly inventoryItemId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly changeFromQuantity?: number | null;
}
export interface SetInput {
  readonly name: string;
  readonly reason: string;
  readonly referenceDocumentUri?: string | null;
  readonly quantities: readonly QuantityInput[];
}

interface Change {
  readonly name: string;
  readonly delta: number;
  readonly quantityAfterChange: number;
  readonly item: { readonly id: string };
  readonly location: object;
}
interface SetUserError {
  readonly code: string;
  readonly field: readonly string[];
  readonly message: string;
}
export interface SetPayload {
  readonly inventoryAdjustmentGroup: Readonly<Record<string, unknown>> | null;
  readonly userErrors: readonly SetUserError[];
}

const QUANTITIES_MAX = 250;
const QUANTITY_MAX = 1_000_000_000;
const REASONS: ReadonlySet<string> = new Set([
  'correction',
  'cycle_count_available',
  'damaged',
  'other',
  'promotion',
  'quality_control',
  'received',
  'restock',
  'safety_stock',
  'shrinkage',
]);

export interface SetParts {
  readonly database: DatabaseSync;
  readonly catalogue: Catalogue;
  readonly levels: Levels;
  readonly locations: readonly string[];
  readonly answers: AnswerStore<SetPayload>;
  /** A count at a location other than the first was set. */
  readonly counted: (product: Product, location: number, available: number) => void;
}

/** Makes the resolver. */
export function quantitySetter(
  parts: SetParts,
): (args: { input: SetInput }, context: unknown, info: GraphQLResolveInfo) => SetPayload {
  return ({ input }, _context, info) => {
    const key = idempotencyKey(info);
    checkArguments(input);
    const payload = answeredOnce(parts, key, input, () => apply(input, parts));
    parts.catalogue.announce();
    return payload === 'mismatch' ? refusal(KEY_MISMATCH) : payload;
  };
}

const KEY_MISMATCH: SetUserError = {
  code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  field: ['input'],
  message: 'The same idempotency key cannot be used with different operation parameters.',
};

function checkArguments({ quantities }: SetInput): void {
  if (quantities.length > QUANTITIES_MAX) {
    const text = `The input array size of ${quantities.length} is greater than the maximum allowed of ${QUANTITIES_MAX}.`;
    throw topLevel('MAX_INPUT_SIZE_EXCEEDED', text);
  }
  // Absent and null differ: null says "do not compare".
  if (quantities.some((one) => one.changeFromQuantity === undefined)) {
    const text = 'InventoryQuantityInput must include the following argument: changeFromQuantity.';
    throw topLevel('INVALID_FIELD_ARGUMENTS', text);
  }
}

function apply(input: SetInput, parts: SetParts): SetPayload {
  const userErrors = [...inputErrors(input), ...quantityErrors(input.quantities, parts)];
  if (userErrors.length > 0) return { inventoryAdjustmentGroup: null, userErrors };
  const changes = input.quantities.flatMap((one) => set(one, parts));
  const inventoryAdjustmentGroup = {
    id: `gid://shopify/InventoryAdjustmentGroup/${Date.now()}`,
    createdAt: new Date().toISOString(),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
    changes,
  };
  return { inventoryAdjustmentGroup, userErrors: [] };
}

/** An item that is not counted ignores quantities, without a word. */
function set({ inventoryItemId, locationId, quantity }: QuantityInput, parts: SetParts): Change[] {
  const { catalogue, levels, locations } = parts;
  const product = catalogue.bySeq(seqOf('InventoryItem', inventoryItemId) ?? 0);
  const location = locationIndex(locationId, locations);
  if (product?.quantity == null || location === null) return [];
  const delta = quantity - (availableAt(product, location, levels) ?? 0);
  if (delta === 0) return [];
  if (location === 0) catalogue.move(product.seq, delta, { cause: 'api', orderId: null });
  else {
    levels.set(product.seq, location, quantity);
    parts.counted(product, location, quantity);
  }
  const node = locationNode(location, locations[location]);
  return [
    {
      name: 'available',
      delta,
      quantityAfterChange: quantity,
      item: { id: inventoryItemId },
      location: node,
    },
  ];
}

function refusal(...userErrors: SetUserError[]): SetPayload {
  return { inventoryAdjustmentGroup: null, userErrors };
}

function inputErrors({ name, reason, referenceDocumentUri }: SetInput): SetUserError[] {
  const errors: SetUserError[] = [];
  const say = (code: string, field: string, message: string) =>
    errors.push({ code, field: ['input', field], message });
  if (name !== 'available')
    say('INVALID_NAME', 'name', "The quantity name must be either 'available' or 'on_hand'.");
  if (!REASONS.has(reason)) say('INVALID_REASON', 'reason', 'The specified reason is invalid.');
  if (referenceDocumentUri != null && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(referenceDocumentUri)) {
    say('INVALID_REFERENCE_DOCUMENT', 'referenceDocumentUri', 'The specified reference document is invalid.');
  }
  return errors;
}

function quantityErrors(quantities: readonly QuantityInput[], parts: SetParts): SetUserError[] {
  const seen = new Set<string>();
  return quantities.flatMap((one, index) => {
    const pair = `${one.inventoryItemId} ${one.locationId}`;
    const problem = seen.has(pair) ? DUPLICATE : problemOf(one, parts);
    seen.add(pair);
    const [code, field, message] = problem ?? [];
    return code && field && message
      ? [{ code, field: ['input', 'quantities', String(index), field], message }]
      : [];
  });
}

type Problem = readonly [code: string, field: string, message: string];

const DUPLICATE: Problem = [
  'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
  'inventoryItemId',
  'The combination of inventoryItemId and locationId must be unique.',
];

function problemOf(one: QuantityInput, { catalogue, levels, locations }: SetParts): Problem | null {
  const product = catalogue.bySeq(seqOf('InventoryItem', one.inventoryItemId) ?? 0);
  if (!product || product.removed)
    return ['INVALID_INVENTORY_ITEM', 'inventoryItemId', 'The specified inventory item could not be found.'];
  const location = locationIndex(one.locationId, locations);
  if (location === null)
    return ['INVALID_LOCATION', 'locationId', 'The specified location could not be found.'];
  if (one.quantity < 0) return ['INVALID_QUANTITY_NEGATIVE', 'quantity', "The quantity can't be negative."];
  if (one.quantity > QUANTITY_MAX)
    return [
      'INVALID_QUANTITY_TOO_HIGH',
      'quantity',
      "The total quantity can't be higher than 1,000,000,000.",
    ];
  // An item that is not counted ignores quantities; one that was never stocked at the location has none there.
  const compared = product.quantity !== null && one.changeFromQuantity !== null;
  if (!compared || one.changeFromQuantity === (availableAt(product, location, levels) ?? 0)) return null;
  return [
    'CHANGE_FROM_QUANTITY_STALE',
    'changeFromQuantity',
    'The changeFromQuantity value does not match persisted value.',
  ];
}
