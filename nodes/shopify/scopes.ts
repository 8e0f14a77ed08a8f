/** The rights that our app needs at Shopify, and what each is for. */

export interface ScopeNeed {
  /** Any one of these is enough. */
  readonly oneOf: readonly [string, ...string[]];
  /** "to set quantities": stands in sentences. */
  readonly what: string;
  /** `bad`: nothing works without it. `warn`: a part does not. */
  readonly tone: 'bad' | 'warn';
}

/** Facts: the scopes beside each field in Shopify's schema (`offline_scopes` of @shopify/dev-mcp). */
export const SCOPE_NEEDS: readonly ScopeNeed[] = [
  { oneOf: ['read_products'], what: 'to list products', tone: 'bad' },
  { oneOf: ['read_inventory'], what: 'to read quantities', tone: 'bad' },
  { oneOf: ['write_inventory'], what: 'to set quantities', tone: 'bad' },
  { oneOf: ['read_locations'], what: 'to know the locations', tone: 'bad' },
  { oneOf: ['read_orders'], what: 'to see orders', tone: 'bad' },
  { oneOf: ['write_orders'], what: 'to cancel, refund and note orders', tone: 'warn' },
  {
    oneOf: ['write_merchant_managed_fulfillment_orders', 'write_assigned_fulfillment_orders'],
    what: 'to mark orders as shipped, and to know from where',
    tone: 'warn',
  },
];

/** What is asked for when a shop is connected: reading by itself too, in case that writing is not granted. */
export const REQUESTED_SCOPES: readonly string[] = [
  'read_products',
  'read_inventory',
  'write_inventory',
  'read_locations',
  'read_orders',
  'write_orders',
  'read_merchant_managed_fulfillment_orders',
  'write_merchant_managed_fulfillment_orders',
];

export function missingScopes(granted: readonly string[]): ScopeNeed[] {
  const has = (scope: string) =>
    granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_'));
  return SCOPE_NEEDS.filter(({ oneOf }) => !oneOf.some(has));
}
