/**
 * What the page gets from the REST API v1: the shapes of its answers. The editor imports these types, and nothing else of
 * the server. Times are ISO 8601 in UTC; the page shows them in the reader's zone. Money is in minor units with its
 * currency. Lists are paged by an opaque cursor.
 */

export * from './views/account-views.ts';
export * from './views/alert-views.ts';
export * from './views/audit-views.ts';
export * from './views/basic-views.ts';
export * from './views/conflict-views.ts';
export * from './views/connection-views.ts';
export * from './views/dead-letter-views.ts';
export * from './views/editing-views.ts';
export * from './views/execution-views.ts';
export * from './views/flow-views.ts';
export * from './views/listing-views.ts';
export * from './views/live-views.ts';
export * from './views/order-views.ts';
export * from './views/outbox-views.ts';
export * from './views/overview-views.ts';
export * from './views/privacy-views.ts';
export * from './views/proof-views.ts';
export * from './views/sharing-views.ts';
export * from './views/stock-views.ts';
export * from './views/trial-views.ts';
export * from './views/webhook-views.ts';
export * from './views/wizard-views.ts';
