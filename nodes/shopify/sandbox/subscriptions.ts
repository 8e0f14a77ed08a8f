/** Webhook subscriptions of the shop's one app. */
import type { DatabaseSync } from 'node:sqlite';
import { type AppState, isGranted } from './app-state.ts';
import { gid, idOf, seqOf } from './ids.ts';

export interface SubscriptionRecord {
  readonly seq: number;
  /** As GraphQL names it: `ORDERS_CREATE`. */
  readonly topic: string;
  readonly uri: string;
  readonly name: string | null;
  readonly includeFields: readonly string[];
}

export interface SubscriptionInput {
  readonly uri?: string | null;
  readonly name?: string | null;
  readonly filter?: string | null;
  readonly includeFields?: readonly string[] | null;
}

interface UserError {
  readonly field: readonly string[];
  readonly message: string;
}

interface SubscriptionPayload {
  readonly webhookSubscription: ReturnType<typeof subscriptionNode> | null;
  readonly userErrors: readonly UserError[];
}

export interface Subscriptions {
  /** The shop's app was uninstalled: its subscriptions go with it. */
  clear(): void;
  /** How a delivery ended. One that failed at all its tries takes its subscription with it, without a word. */
  delivered(seq: number, taken: boolean): void;
  ofTopic(topic: string): readonly SubscriptionRecord[];
  /** In the order in which they were made, behind a running number. */
  after(seq: number, topics: readonly string[] | null, count: number): readonly SubscriptionRecord[];
  create(topic: string, input: SubscriptionInput): SubscriptionPayload;
  update(id: string, input: SubscriptionInput): SubscriptionPayload;
}

/** What an app must be allowed in order to hear of something. */
const SCOPES_OF_TOPICS: readonly (readonly [RegExp, string])[] = [
  [/^(ORDERS|REFUNDS)_/, 'read_orders'],
  [/^INVENTORY_/, 'read_inventory'],
  [/^PRODUCTS_/, 'read_products'],
];

/** Topics whose bodies hold customers' data. */
const PROTECTED_TOPIC = /^(ORDERS|REFUNDS|CUSTOMERS|CHECKOUTS|FULFILLMENT)/;

export function openSubscriptions(database: DatabaseSync, app: AppState): Subscriptions {
  const insert = database.prepare(
    'INSERT INTO subscriptions (topic, uri, name, includeFields) VALUES (?, ?, ?, ?) RETURNING *',
  );
  const update = database.prepare(
    'UPDATE subscriptions SET uri = ?, name = ?, includeFields = ? WHERE seq = ? RETURNING *',
  );
  const select = database.prepare('SELECT * FROM subscriptions ORDER BY seq');
  const remove = database.prepare('DELETE FROM subscriptions WHERE seq = ?');
  const clear = database.prepare('DELETE FROM subscriptions');
  const all = (): SubscriptionRecord[] => select.all().map(recordOf);

  const save = (topic: string, input: SubscriptionInput, old: SubscriptionRecord | null) => {
    const uri = input.uri ?? old?.uri ?? '';
    const name = input.name === undefined ? (old?.name ?? null) : input.name;
    const fields =
      input.includeFields === undefined ? (old?.includeFields ?? []) : (input.includeFields ?? []);
    const others = all().filter((one) => one.seq !== old?.seq);
    const userErrors = problems(topic, { uri, name, filter: input.filter ?? null }, others, app);
    if (userErrors.length > 0) return { webhookSubscription: null, userErrors };
    const row = old
      ? update.get(uri, name, JSON.stringify(fields), old.seq)
      : insert.get(topic, uri, name, JSON.stringify(fields));
    if (!row) throw new Error('the subscription was not stored');
    return { webhookSubscription: subscriptionNode(recordOf(row)), userErrors };
  };

  return {
    clear: () => {
      clear.run();
    },
    delivered: (seq, taken) => {
      if (!taken) remove.run(seq);
    },
    ofTopic: (topic) => all().filter((one) => one.topic === topic),
    after: (seq, topics, count) =>
      all()
        .filter((one) => one.seq > seq && (!topics?.length || topics.includes(one.topic)))
        .slice(0, count),
    create: (topic, input) => save(topic, input, null),
    update: (id, input) => {
      const old = all().find((one) => one.seq === seqOf('WebhookSubscription', id));
      if (old) return save(old.topic, input, old);
      const userErrors = [{ field: ['id'], message: 'Webhook subscription does not exist' }];
      return { webhookSubscription: null, userErrors };
    },
  };
}

/** Names: changelog of 2026-02-11. A real shop takes https only; the sandbox also takes http, to reach this machine. */
function problems(
  topic: string,
  input: { readonly uri: string; readonly name: string | null; readonly filter: string | null },
  others: readonly SubscriptionRecord[],
  { protectedData, scopes }: AppState,
): readonly UserError[] {
  const found: UserError[] = [];
  const say = (field: string, message: string) =>
    found.push({ field: ['webhookSubscription', field], message });
  const needed = SCOPES_OF_TOPICS.find(([pattern]) => pattern.test(topic))?.[1];
  if (needed && !isGranted(scopes, [needed]))
    found.push({
      field: ['topic'],
      message: `You do not have permission to create or update webhooks with ${topic.toLowerCase()} topic.`,
    });
  if (!protectedData && PROTECTED_TOPIC.test(topic)) {
    const message =
      'This app is not approved to subscribe to webhook topics containing protected customer data. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.';
    found.push({ field: ['topic'], message });
  }
  if (!/^https?:$/.test(URL.parse(input.uri)?.protocol ?? '')) say('uri', 'Address is invalid');
  if (others.some((one) => one.topic === topic && one.uri === input.uri))
    say('uri', 'Address for this topic has already been taken');
  if (input.name !== null && !/^[A-Za-z0-9_-]{1,50}$/.test(input.name)) say('name', 'Name is invalid');
  if (input.name !== null && others.some((one) => one.name === input.name))
    say('name', 'Name has already been taken');
  if (input.filter) say('filter', 'The sandbox does not filter');
  return found;
}

function recordOf(row: Record<string, unknown>): SubscriptionRecord {
  return {
    seq: Number(row.seq),
    topic: String(row.topic),
    uri: String(row.uri),
    name: row.name === null ? null : String(row.name),
    includeFields: JSON.parse(String(row.includeFields)),
  };
}

/** A subscription as GraphQL shows it. */
export function subscriptionNode(record: SubscriptionRecord) {
  const id = idOf('WebhookSubscription', record.seq);
  return {
    __typename: 'WebhookSubscription',
    id: gid('WebhookSubscription', id),
    legacyResourceId: String(id),
    topic: record.topic,
    uri: record.uri,
    name: record.name,
    format: 'JSON',
    filter: null,
    includeFields: record.includeFields,
  };
}
