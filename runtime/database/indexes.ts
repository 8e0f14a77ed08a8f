/** Every index that a query relies on, in one list. `_id` is always one and is not named here. */
import type { Db, IndexDescription } from 'mongodb';

const DAYS = 86_400;

/** Part of a filter for listings that are to be checked at some time: only with it an index is used. */
export const CHECKED_AT_ALL = { $gt: new Date(0) } as const;

const INDEXES: Readonly<Record<string, readonly IndexDescription[]>> = {
  connections: [{ key: { clientId: 1 } }],
  consents: [{ key: { expiresAt: 1 }, expireAfterSeconds: DAYS }],
  pipelines: [{ key: { clientId: 1 } }],
  drafts: [{ key: { clientId: 1 } }],
  versions: [{ key: { clientId: 1, pipelineId: 1, version: -1 } }],
  clients: [{ key: { agencyId: 1, createdAt: 1, _id: 1 } }],
  people: [{ key: { email: 1 }, unique: true }, { key: { agencyId: 1, createdAt: 1, _id: 1 } }],
  sessions: [{ key: { personId: 1, lastSeenAt: -1 } }, { key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  'one-time-links': [
    { key: { agencyId: 1, createdAt: 1, _id: 1 } },
    { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
  attempts: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  idempotency: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  audit: [
    { key: { agencyId: 1, _id: -1 } },
    { key: { agencyId: 1, clientId: 1, _id: -1 } },
    { key: { at: 1 }, expireAfterSeconds: 730 * DAYS },
  ],
  'api-keys': [{ key: { agencyId: 1, createdAt: 1, _id: 1 } }],
  stock: [
    { key: { clientId: 1, sku: 1 }, unique: true },
    { key: { clientId: 1, available: 1, sku: 1 } },
    { key: { clientId: 1, changedAt: -1, sku: 1 } },
    { key: { clientId: 1, words: 1 } },
  ],
  movements: [{ key: { clientId: 1, sku: 1, sequence: 1 } }],
  orders: [
    { key: { clientId: 1, receivedAt: -1, _id: -1 } },
    { key: { clientId: 1, placedAt: -1, _id: -1 } },
    { key: { clientId: 1, 'total.amount': -1, _id: -1 } },
    { key: { clientId: 1, connectionId: 1, receivedAt: -1 } },
    { key: { clientId: 1, status: 1 } },
    { key: { clientId: 1, words: 1 } },
    { key: { clientId: 1, shortLines: 1 }, partialFilterExpression: { shortLines: { $gt: 0 } } },
    // Few at any time, and looked for every few seconds.
    { key: { clientId: 1, unfinished: 1 }, partialFilterExpression: { unfinished: true } },
    { key: { clientId: 1, owedLines: 1 }, partialFilterExpression: { owedLines: { $gt: 0 } } },
  ],
  privacyRequests: [{ key: { clientId: 1, receivedAt: -1, _id: -1 } }],
  proofs: [{ key: { clientId: 1, startedAt: -1 } }, { key: { startedAt: 1 }, expireAfterSeconds: 90 * DAYS }],
  policies: [{ key: { clientId: 1, sku: 1 } }],
  conflicts: [{ key: { clientId: 1, state: 1, at: -1 } }, { key: { clientId: 1, at: -1 } }],
  events: [
    { key: { clientId: 1, source: 1, dedupeKey: 1 }, unique: true },
    { key: { clientId: 1, state: 1, _id: 1 } },
    { key: { clientId: 1, source: 1, state: 1, _id: 1 } },
    { key: { clientId: 1, state: 1, endedAt: -1 } },
    // Dead letters stay until somebody deals with them.
    {
      key: { endedAt: 1 },
      expireAfterSeconds: 90 * DAYS,
      partialFilterExpression: { state: 'done' },
    },
  ],
  executions: [
    { key: { clientId: 1, endedAt: -1, _id: -1 } },
    { key: { clientId: 1, pipelineId: 1, endedAt: -1 } },
    { key: { clientId: 1, state: 1, endedAt: -1 } },
    { key: { clientId: 1, about: 1, endedAt: -1 } },
    { key: { endedAt: 1 }, expireAfterSeconds: 30 * DAYS },
  ],
  steps: [
    { key: { clientId: 1, keptFor: 1, endedAt: 1 } },
    { key: { endedAt: 1 }, expireAfterSeconds: 30 * DAYS },
  ],
  listings: [
    { key: { clientId: 1, sku: 1 } },
    // Only of those that wait: what rests costs nothing, and most changes of a listing leave both alone.
    {
      key: { clientId: 1, connectionId: 1, raiseAt: 1, desired: 1 },
      partialFilterExpression: { dirty: true },
    },
    {
      key: { connectionId: 1, clientId: 1, checkAt: 1 },
      partialFilterExpression: { checkAt: CHECKED_AT_ALL },
    },
    { key: { clientId: 1, connectionId: 1, matchedBy: 1 } },
    {
      key: { clientId: 1, connectionId: 1, countedBy: 1 },
      partialFilterExpression: { countedBy: { $gt: '' } },
    },
    { key: { clientId: 1, barcode: 1 } },
    // A product that changed in a shop: its listings among all of them (listings/take-news.ts).
    { key: { clientId: 1, connectionId: 1, 'ref.productId': 1 } },
    { key: { clientId: 1, connectionId: 1, 'ref.parentId': 1 } },
    // What an order of a channel sold that names no listings (listings/resolve-lines.ts).
    { key: { clientId: 1, connectionId: 1, 'ref.variantId': 1 } },
    { key: { clientId: 1, problem: 1, _id: 1 } },
    { key: { clientId: 1, connectionId: 1, 'heard.dueAt': 1 } },
  ],
  pushes: [
    { key: { clientId: 1, connectionId: 1, state: 1 } },
    { key: { clientId: 1, connectionId: 1, sentAt: -1 } },
    { key: { sentAt: 1 }, expireAfterSeconds: 30 * DAYS },
  ],
  drifts: [
    { key: { clientId: 1, connectionId: 1, at: -1 } },
    { key: { clientId: 1, listingId: 1, at: -1 } },
    { key: { at: 1 }, expireAfterSeconds: 90 * DAYS },
  ],
  'sharing-past': [
    { key: { clientId: 1, since: -1 } },
    { key: { until: 1 }, expireAfterSeconds: 400 * DAYS },
  ],
  outbox: [
    { key: { clientId: 1, state: 1, queuedAt: 1 } },
    { key: { clientId: 1, queuedAt: -1, _id: -1 } },
    { key: { clientId: 1, connectionId: 1, queuedAt: -1, _id: -1 } },
    { key: { providerKey: 1 } },
    { key: { endedAt: 1 }, expireAfterSeconds: 90 * DAYS },
  ],
  endpoints: [{ key: { clientId: 1 } }],
  'hook-addresses': [{ key: { clientId: 1, pipelineId: 1 } }],
  waits: [{ key: { clientId: 1, dueAt: 1 } }],
  gatherings: [{ key: { clientId: 1, dueAt: 1 } }],
  parts: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  decisions: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  firsts: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  turns: [{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  alerts: [
    { key: { clientId: 1, at: -1 } },
    { key: { clientId: 1, group: 1, at: -1 } },
    // Only of those that wait to be told, and of trouble that goes on.
    { key: { 'tell.at': 1 }, partialFilterExpression: { 'tell.at': { $gt: new Date(0) } } },
    {
      key: { clientId: 1, connectionId: 1, healedAt: 1 },
      partialFilterExpression: { connectionId: { $gt: '' } },
    },
  ],
  'alert-mutes': [{ key: { clientId: 1, group: 1 } }, { key: { until: 1 }, expireAfterSeconds: 30 * DAYS }],
  'alert-preferences': [{ key: { clientId: 1 } }],
  'alert-digests': [{ key: { clientId: 1, dueAt: 1 } }, { key: { dueAt: 1 } }],
  daily: [{ key: { clientId: 1 } }],
  'opt-outs': [{ key: { clientId: 1, connectionId: 1 } }],
  'spent-tokens': [{ key: { at: 1 }, expireAfterSeconds: DAYS }],
  wizards: [{ key: { clientId: 1, state: 1, changedAt: -1 } }],
  'first-syncs': [{ key: { clientId: 1, wizardId: 1 } }],
  hours: [{ key: { clientId: 1, subject: 1, at: 1 } }, { key: { at: 1 }, expireAfterSeconds: 400 * DAYS }],
  minutes: [{ key: { clientId: 1, subject: 1, at: 1 } }, { key: { at: 1 }, expireAfterSeconds: 40 * DAYS }],
};

/** Makes sure that every index exists; what exists already costs one round trip per collection. */
export async function ensureIndexes(db: Db): Promise<void> {
  await Promise.all(
    Object.entries(INDEXES).map(([collection, indexes]) =>
      db.collection(collection).createIndexes([...indexes]),
    ),
  );
}
