/**
 * The mutation inventorySetQuantities by the rules since 2026-04. Facts: facts/channels-shopify-woo.md 1.8; the
 * texts of the two top-level errors were seen live by others (openclaw-workshop-kit#218). One difference: of the
 * two names that Shopify takes, the sandbox knows `available` alone.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type GraphQLDirective, GraphQLError, type GraphQLResolveInfo, getDirectiveValues } from 'graphql';
import type { AnswerStore } from './answer-store.ts';
import type { Catalogue } from './catalogue.ts';
import { transaction } from './database.ts';
import { LOCATION_GID, seqOf } from './ids.ts';
import { schema } from './schema.ts';

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

/** Makes the resolver. */
export function quantitySetter(
  database: DatabaseSync,
  catalogue: Catalogue,
  answers: AnswerStore<SetPayload>,
): (args: { input: SetInput }, context: unknown, info: GraphQLResolveInfo) => SetPayload {
  return ({ input }, _context, info) => {
    const key = idempotencyKey(info);
    checkArguments(input);
    const before = answers.find(key, input);
    if (before === 'mismatch') return refusal(KEY_MISMATCH);
    if (before) return before;
    const payload = transaction(database, () => {
      const answer = apply(input, catalogue);
      answers.keep(key, input, answer);
      return answer;
    });
    catalogue.announce();
    return payload;
  };
}

const KEY_MISMATCH: SetUserError = {
  code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  field: ['input'],
  message: 'The same idempotency key cannot be used with different operation parameters.',
};

function idempotencyKey(info: GraphQLResolveInfo): string {
  const [node] = info.fieldNodes;
  const values = node && getDirectiveValues(idempotent(), node, info.variableValues);
  if (!values)
    throw topLevel(
      'BAD_REQUEST',
      'The @idempotent directive is required for this mutation but was not provided.',
    );
  const key = String(values.key);
  if (key.trim() === '') throw topLevel('BAD_REQUEST', 'The idempotency key cannot be empty.');
  return key;
}

function idempotent(): GraphQLDirective {
  const directive = schema.getDirective('idempotent');
  if (!directive) throw new Error('the schema has no @idempotent');
  return directive;
}

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

function topLevel(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

function apply(input: SetInput, catalogue: Catalogue): SetPayload {
  const userErrors = [...inputErrors(input), ...quantityErrors(input.quantities, catalogue)];
  if (userErrors.length > 0) return { inventoryAdjustmentGroup: null, userErrors };
  for (const { inventoryItemId, quantity } of input.quantities) {
    const product = catalogue.bySeq(seqOf('InventoryItem', inventoryItemId) ?? 0);
    if (product?.quantity != null && product.quantity !== quantity)
      catalogue.move(product.seq, quantity - product.quantity, { cause: 'api', orderId: null });
  }
  const inventoryAdjustmentGroup = {
    id: `gid://shopify/InventoryAdjustmentGroup/${Date.now()}`,
    createdAt: new Date().toISOString(),
    reason: input.reason,
    referenceDocumentUri: input.referenceDocumentUri ?? null,
  };
  return { inventoryAdjustmentGroup, userErrors: [] };
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

function quantityErrors(quantities: readonly QuantityInput[], catalogue: Catalogue): SetUserError[] {
  const seen = new Set<string>();
  return quantities.flatMap((one, index) => {
    const problem = seen.has(one.inventoryItemId) ? DUPLICATE : problemOf(one, catalogue);
    seen.add(one.inventoryItemId);
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

function problemOf(one: QuantityInput, catalogue: Catalogue): Problem | null {
  const product = catalogue.bySeq(seqOf('InventoryItem', one.inventoryItemId) ?? 0);
  if (!product)
    return ['INVALID_INVENTORY_ITEM', 'inventoryItemId', 'The specified inventory item could not be found.'];
  if (one.locationId !== LOCATION_GID)
    return ['INVALID_LOCATION', 'locationId', 'The specified location could not be found.'];
  if (one.quantity < 0) return ['INVALID_QUANTITY_NEGATIVE', 'quantity', "The quantity can't be negative."];
  if (one.quantity > QUANTITY_MAX)
    return [
      'INVALID_QUANTITY_TOO_HIGH',
      'quantity',
      "The total quantity can't be higher than 1,000,000,000.",
    ];
  // An item that is not counted ignores quantities.
  const compared = product.quantity !== null && one.changeFromQuantity !== null;
  if (!compared || one.changeFromQuantity === product.quantity) return null;
  return [
    'CHANGE_FROM_QUANTITY_STALE',
    'changeFromQuantity',
    'The changeFromQuantity value does not match persisted value.',
  ];
}
