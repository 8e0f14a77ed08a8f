/** Rows that wait for a person, one of each kind, put into the answers of the API: what a demo has only by chance. */
import type { Page } from 'playwright-core';
import type {
  AlertRow,
  ConflictRow,
  ConnectionView,
  DeadLetterRow,
  ListingRow,
  OutboxRow,
  PipelineRow,
  WebhookRow,
} from '#server/api/views.ts';

const at = new Date(0).toISOString();
const connection = { id: 'shop', name: 'Corner shop', channel: 'shopify' };
const order = { number: '#1', connectionName: 'Corner shop', channel: 'shopify' };

const alert: AlertRow = {
  id: 'c/alert',
  at,
  level: 'urgent',
  title: 'Corner shop does not answer',
  text: 'No answer.',
  pipelineId: null,
  topic: 'sync-failure',
  count: 1,
  lastAt: at,
  ongoing: true,
  healedAt: null,
  removed: false,
  acknowledged: null,
  mutedUntil: null,
};
const conflict: ConflictRow = {
  id: 'c/conflict',
  sku: 'MUG',
  title: 'Mug',
  at,
  quantity: 1,
  availableThen: 0,
  units: 1,
  order: { ...order, id: 'late', placedAt: at },
  winner: { ...order, id: 'first', at },
  handedOver: false,
  state: 'open',
  sentence: 'Two shops sold the last one.',
  outcome: 'It waits for you.',
  decision: null,
  choices: [
    {
      id: 'ignore',
      send: { decision: 'ignore' },
      title: 'Ignore',
      effect: 'It is left as it is.',
      final: false,
    },
  ],
};
const letter: DeadLetterRow = {
  id: '0123456789abcdef01234567',
  at,
  connectionName: 'Corner shop',
  subject: 'Order #1',
  reason: 'It failed.',
  fix: null,
  tries: 8,
  waitsFor: null,
};
const listing: ListingRow = {
  id: 'shop:1',
  connection,
  title: 'Gift card',
  ownSku: null,
  barcode: null,
  shows: 3,
  sku: null,
  matchedBy: null,
  problem: 'no-sku',
  sentence: 'It has no SKU.',
  couldBe: [],
  decisions: ['match', 'set-aside'],
};
const message: OutboxRow = {
  id: 'told:1',
  at,
  subject: 'Order #1',
  kind: 'Webhook',
  connection,
  state: 'dead',
  tries: 8,
  repeats: 0,
  knownBy: null,
  endedAt: at,
  code: null,
  reason: 'It was refused.',
  fix: null,
  sentence: 'It was given up.',
  needsPerson: true,
  decisions: ['again', 'drop'],
};
const webhook: WebhookRow = {
  id: 'webhook-1',
  revision: 0,
  name: 'Stock room',
  address: 'https://hooks.example',
  events: [],
  paused: false,
  declinedAt: null,
  since: at,
  secretSince: at,
  waiting: 0,
  needsYou: 0,
};
const page = (...items: readonly object[]) => ({ items, next: null });

/** What each list answers, from what the server says. */
const lists: Readonly<Record<string, (answer: unknown) => unknown>> = {
  alerts: () => page(alert),
  conflicts: () => page(conflict),
  'dead-letters': () => page(letter, { ...letter, id: '0123456789abcdef01234568' }),
  listings: () => page(listing),
  outbox: () => page(message),
  webhooks: () => [webhook],
  pipelines: (answer) =>
    (answer as PipelineRow[]).map((row, index) => (index === 0 ? { ...row, state: 'paused' } : row)),
  connections: (answer) => (answer as ConnectionView[]).map(inTrouble),
};

function inTrouble(row: ConnectionView): ConnectionView {
  const error = { reason: 'It was uninstalled.', fix: 'Connect it again.', at, next: null } as const;
  return {
    ...row,
    locations: 2,
    error: { ...error, action: 'connect-again' },
    findings: [
      { code: 'x', tone: 'warn', reason: 'Webhooks are missing.', fix: 'Look.', action: 'look-again' },
    ],
  };
}

/** From now on the page is answered with rows of every kind that waits. */
export async function withWaitingRows(at: Page): Promise<void> {
  for (const [name, rowsOf] of Object.entries(lists))
    await at.route(new RegExp(`/api/v1/${name}(\\?.*)?$`), async (route) => {
      if (route.request().method() !== 'GET') return await route.fallback();
      const response = await route.fetch();
      const answer: unknown = await response.json();
      await route.fulfill({ response, json: response.ok() ? rowsOf(answer) : answer });
    });
}
