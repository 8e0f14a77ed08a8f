/** The one app that is installed in the shop: what it may do, and whether it is still there. */

export interface AppState {
  /** What the merchant is ready to grant; a grant never holds more. */
  grantable: readonly string[];
  /** What the fixed token and client-credentials tokens have. */
  scopes: readonly string[];
  installed: boolean;
  /** The token and the refresh tokens were revoked, though the app is still installed. */
  revoked: boolean;
  /** The merchant agrees at once when asked; else the browser is left on Shopify's own page. */
  consents: boolean;
  /** Client credentials are given for this shop: it belongs to the app's own organisation. */
  sameOrganisation: boolean;
  /** The app may see customers' data, and so subscribe to orders. */
  protectedData: boolean;
  /** "Bulk queries" are switched on for the app. */
  bulkQueries: boolean;
  /** How long an offline token lives; a real one an hour. */
  tokenMs: number;
  /** Milliseconds by which the search behind `orders(query:)` lags behind what happened. */
  searchLagMs: number;
}

/** Enough for an app that keeps stock and orders; what an app asks for beyond these is not granted. */
const SCOPES: readonly string[] = [
  'write_products',
  'write_inventory',
  'read_locations',
  'write_orders',
  'write_merchant_managed_fulfillment_orders',
  'write_assigned_fulfillment_orders',
  'write_third_party_fulfillment_orders',
];

const HOUR_MS = 3_600_000;

export function newAppState(): AppState {
  return {
    grantable: SCOPES,
    scopes: SCOPES,
    installed: true,
    revoked: false,
    consents: true,
    sameOrganisation: true,
    protectedData: true,
    bulkQueries: true,
    tokenMs: HOUR_MS,
    searchLagMs: 0,
  };
}

/** Whether one of the scopes is among those that were granted: `write_x` holds `read_x`. */
export function isGranted(granted: readonly string[], oneOf: readonly string[]): boolean {
  return oneOf.some(
    (scope) => granted.includes(scope) || granted.includes(scope.replace(/^read_/, 'write_')),
  );
}
