import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { Rejected, Retryable } from '../errors.ts';
import type { EventDocument } from '../events/event.ts';
import { acceptEvent, type NewEvent } from '../events/inbox.ts';
import type { ExecutionDocument } from '../executions/execution-document.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import type { OrdersPage, OrdersQuery, PolledEvent } from '../sync/channel.ts';
import { askForLookBack, lookBackOnce } from './look-back.ts';
import { type PollTarget, pollChanges, pollDocumentOf } from './poll-changes.ts';
import type { PollDocument } from './poll-document.ts';
import { Poller } from './poller.ts';
import { webhookAddressOf } from './webhook-address.ts';

const OVERLAP_MS = 60_000;
const PAGE = 3;
let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
let shop: ShopWithOrders;
let target: PollTarget;

/** Orders by the moment of their last change; pages of three, asked for by number. */
class ShopWithOrders {
  readonly changed: { readonly id: number; readonly at: Date }[] = [];
  readonly queries: OrdersQuery[] = [];
  readonly subscribed: string[] = [];
  failure: Error | null = null;
  failOnPage: number | null = null;
  webhookFailure: Error | null = null;

  sell(id: number, at: Date): void {
    this.changed.push({ id, at });
  }

  async ordersChanged(query: OrdersQuery): Promise<OrdersPage> {
    return this.#page(query, (at) => at >= query.since);
  }

  async ordersPlaced(query: OrdersQuery & { readonly until: Date }): Promise<OrdersPage> {
    return this.#page(query, (at) => at >= query.since && at < query.until);
  }

  async subscribe(address: string): Promise<void> {
    this.subscribed.push(address);
    if (this.webhookFailure) throw this.webhookFailure;
  }

  #page(query: OrdersQuery, fits: (at: Date) => boolean): OrdersPage {
    this.queries.push(query);
    const page = Number(query.cursor ?? 0);
    if (this.failure && (this.failOnPage ?? page) === page) throw this.failure;
    const found = this.changed
      .filter(({ at }) => fits(at))
      .sort((one, other) => Number(one.at) - Number(other.at));
    const rows = found.slice(page * PAGE, (page + 1) * PAGE);
    const events: PolledEvent[] = rows.map(({ id, at }) => ({
      topic: 'order.changed',
      dedupeKey: `${id}@${at.getTime()}`,
      partition: `order:${id}`,
      body: Buffer.from(String(id)),
    }));
    const next = found.length > (page + 1) * PAGE ? String(page + 1) : null;
    return { events, reached: rows.at(-1)?.at ?? null, next };
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  shop = new ShopWithOrders();
  const accept = (event: NewEvent) => acceptEvent(database.db, event);
  target = { db: database.db, clientId, connectionId, client: shop, accept, overlapMs: OVERLAP_MS };
});

const ago = (ms: number) => new Date(Date.now() - ms);
const inbox = async () => {
  const events = database.db.collection<EventDocument>('events');
  const found = await events.find({ clientId, source: connectionId }).sort({ _id: 1 }).toArray();
  return found.map(({ body }) => Number(Buffer.from(body.value()).toString()));
};
const kept = () =>
  database.db.collection<PollDocument>('polls').findOne({ _id: connectionId }) as Promise<PollDocument>;

describe('a round', () => {
  test('brings what changed, oldest first, and the next one brings it no second time', async () => {
    for (let id = 7; id >= 1; id -= 1) shop.sell(id, ago(600_000 - id * 1_000));
    expect(await pollChanges(target)).toEqual({ found: 7, fresh: 7 });
    expect(await inbox()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await pollChanges(target)).toEqual({ found: 7, fresh: 0 });
    expect(await kept()).toMatchObject({ healed: 7, round: null, polledAt: expect.any(Date) });
  });

  test('looks an overlap behind the newest change, by the clock of the channel', async () => {
    const at = ago(300_000);
    shop.sell(1, at);
    await pollChanges(target);
    await pollChanges(target);
    expect(shop.queries.at(-1)?.since).toEqual(new Date(at.getTime() - OVERLAP_MS));
    shop.sell(2, new Date(at.getTime() - OVERLAP_MS + 1));
    await pollChanges(target);
    expect(await inbox()).toEqual([1, 2]);
  });

  test('that finds nothing stays where it is, however long that lasts', async () => {
    await pollChanges(target);
    const { seenTo } = await kept();
    await pollChanges(target);
    expect((await kept()).seenTo).toEqual(seenTo);
  });

  test('that breaks off goes on at the page where it broke, and moves the kept moment only when it is whole', async () => {
    for (let id = 1; id <= 8; id += 1) shop.sell(id, ago(600_000 - id * 1_000));
    const { seenTo } = await pollDocumentOf(target);
    shop.failure = new Retryable('429', { afterMs: 5 });
    shop.failOnPage = 2;
    await expect(pollChanges(target)).rejects.toThrow('429');
    expect(await inbox()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await kept()).toMatchObject({ seenTo, round: { cursor: '2' }, healed: 6 });
    shop.failure = null;
    shop.queries.length = 0;
    expect(await pollChanges(target)).toEqual({ found: 2, fresh: 2 });
    expect(shop.queries.map(({ cursor }) => cursor)).toEqual(['2']);
    expect(await inbox()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await kept()).toMatchObject({ seenTo: shop.changed[7]?.at, round: null });
  });

  test('fetches nothing while thousands wait in the inbox', async () => {
    shop.sell(1, ago(1_000));
    const waiting = Array.from({ length: 5_000 }, (_, index) => ({
      clientId,
      source: connectionId,
      dedupeKey: `waiting-${index}`,
      state: 'queued' as const,
    }));
    await database.db.collection('events').insertMany(waiting);
    expect(await pollChanges(target)).toEqual({ found: 0, fresh: 0 });
    expect(shop.queries).toEqual([]);
    await database.db.collection('events').deleteMany({ clientId });
    expect(await pollChanges(target)).toEqual({ found: 1, fresh: 1 });
  });

  test('of one connection sees nothing of another', async () => {
    shop.sell(1, ago(1_000));
    await pollChanges(target);
    const other = { ...target, connectionId: ConnectionId.parse(`other-${randomUUID()}`) };
    expect(await pollChanges(other)).toEqual({ found: 1, fresh: 1 });
  });
});

describe('a look back', () => {
  test('brings the orders of the period, page by page, and ends', async () => {
    for (let id = 1; id <= 5; id += 1) shop.sell(id, ago(id * 86_400_000));
    await askForLookBack(target, ago(4.5 * 86_400_000), ago(0));
    expect(await lookBackOnce(target)).toBe(true);
    expect(await inbox()).toEqual([4, 3, 2]);
    expect(await lookBackOnce(target)).toBe(false);
    expect(await inbox()).toEqual([4, 3, 2, 1]);
    expect((await kept()).lookBack).toMatchObject({ state: 'done', orders: 4, endedAt: expect.any(Date) });
    expect(await lookBackOnce(target)).toBe(false);
    expect(shop.queries).toHaveLength(2);
  });

  describe('at events that are known', () => {
    const HOUR_MS = 3_600_000;
    const events = () => database.db.collection<EventDocument>('events');
    const executions = () => database.db.collection<ExecutionDocument>('executions');
    const ended = (at: Date) =>
      events().updateMany({ clientId }, { $set: { state: 'done', endedAt: at, failures: 2 } });
    const states = async () => {
      const found = await events().find({ clientId }).sort({ _id: 1 }).toArray();
      return found.map(({ state }) => state);
    };
    const lookBackWhole = async () => {
      await askForLookBack(target, ago(24 * HOUR_MS), ago(0));
      while (await lookBackOnce(target));
      return (await kept()).lookBack?.orders;
    };
    beforeEach(async () => {
      for (let id = 1; id <= 4; id += 1) shop.sell(id, ago(id * HOUR_MS));
      await lookBackWhole();
    });

    test('queues those again that passed by while no flow ran, and counts no others', async () => {
      await ended(ago(HOUR_MS));
      const { _id } = (await events().findOne({ clientId, partition: 'order:3' })) as EventDocument;
      const ran = { _id: `${_id.toHexString()}:flow:trigger`, clientId, eventId: _id, state: 'done' };
      await executions().insertOne(ran as ExecutionDocument);
      expect(await lookBackWhole()).toBe(3);
      expect(await states()).toEqual(['queued', 'done', 'queued', 'queued']);
      expect(await events().findOne({ clientId, partition: 'order:1' })).toMatchObject({
        failures: 0,
        endedAt: null,
      });
      expect(await inbox()).toEqual([4, 3, 2, 1]);
      expect(await lookBackWhole()).toBe(0);
    });

    test('leaves those alone that wait, are dead letters, or ended a moment ago: their runs may not be noted yet', async () => {
      await ended(ago(0));
      await events().updateOne({ clientId, partition: 'order:1' }, { $set: { state: 'dead' } });
      await events().updateOne({ clientId, partition: 'order:2' }, { $set: { state: 'retry' } });
      expect(await lookBackWhole()).toBe(0);
      expect(await states()).toEqual(['done', 'done', 'retry', 'dead']);
    });
  });

  test('is replaced by a newer one, also while a page of the old one is on its way', async () => {
    for (let id = 1; id <= 5; id += 1) shop.sell(id, ago(id * 86_400_000));
    await askForLookBack(target, ago(5.5 * 86_400_000), ago(0));
    const { ordersPlaced } = shop;
    const slow = {
      ...target,
      client: {
        ordersPlaced: async (query: OrdersQuery & { readonly until: Date }) => {
          await wait(5);
          await askForLookBack(target, ago(2.5 * 86_400_000), ago(0));
          return await ordersPlaced.call(shop, query);
        },
      },
    };
    await lookBackOnce(slow);
    expect((await kept()).lookBack).toMatchObject({ state: 'running', cursor: null, orders: 0 });
    await lookBackOnce(target);
    expect((await kept()).lookBack).toMatchObject({ state: 'done', orders: 2 });
  });
});

describe('the poller', () => {
  let poller: Poller;
  let found: number;
  let troubles: unknown[];

  beforeEach(() => {
    [found, troubles] = [0, []];
    poller = new Poller({
      ...target,
      client: shop,
      webhookAddress: 'https://us.example/hooks/x/1',
      found: () => {
        found += 1;
      },
      troubled: (error) => troubles.push(error),
      pollMs: 40,
    });
  });
  afterEach(() => poller.stop());

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 400; turn += 1) {
      if (await isSo()) return;
      await wait(10);
    }
    throw new Error('waited in vain');
  }

  test('asks again and again, and says when it found something', async () => {
    poller.start();
    await until(() => shop.queries.length >= 2);
    expect(found).toBe(0);
    shop.sell(1, ago(0));
    await until(async () => (await inbox()).length === 1);
    await until(() => found === 1);
  });

  test('answers all who ask within a while by one round, and who asks after a rest at once', async () => {
    const askedMs = 200;
    const options = { webhookAddress: null, found: () => {}, troubled: () => {}, pollMs: 60_000, askedMs };
    poller = new Poller({ ...target, client: shop, ...options });
    poller.start();
    await until(async () => (await kept())?.polledAt !== null);
    const askedFromMs = Date.now();
    for (let turn = 0; turn < 5; turn += 1) {
      poller.ask();
      await wait(5);
    }
    await until(() => shop.queries.length === 2);
    expect(Date.now() - askedFromMs).toBeGreaterThanOrEqual(askedMs - 50);
    await wait(2 * askedMs);
    expect(shop.queries).toHaveLength(2);
    poller.ask();
    await until(() => shop.queries.length === 3);
    expect(Date.now() - askedFromMs).toBeLessThan(10 * askedMs);
  });

  test('who asks while a round is under way gets another one, since its own may have begun too early', async () => {
    const askedMs = 30;
    let go = (): void => {};
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const client = {
      ordersChanged: async (query: OrdersQuery) => {
        const page = await shop.ordersChanged(query);
        await slow;
        return page;
      },
      subscribe: () => shop.subscribe(''),
    };
    const options = { webhookAddress: null, found: () => {}, troubled: () => {}, pollMs: 60_000, askedMs };
    poller = new Poller({ ...target, client, ...options });
    poller.start();
    await until(() => shop.queries.length === 1);
    poller.ask();
    await wait(3 * askedMs);
    go();
    await until(() => shop.queries.length === 2);
  });

  test('sees to the webhooks once in a while; trouble with them is noted down and stops nothing', async () => {
    shop.webhookFailure = new Rejected('somebody paused them', { fix: 'Set them to Active.' });
    poller.start();
    await until(() => shop.queries.length >= 4);
    expect(shop.subscribed).toEqual(['https://us.example/hooks/x/1']);
    expect(await kept()).toMatchObject({
      webhooksAt: null,
      webhooksTrouble: { reason: 'somebody paused them', fix: 'Set them to Active.' },
    });
    expect(troubles).toEqual([]);
  });

  test('waits as long as the channel asks, and tells of the trouble once', async () => {
    shop.failure = new Retryable('slow down', { afterMs: 150 });
    poller.start();
    await until(() => shop.queries.length === 1);
    const firstAtMs = Date.now();
    await until(() => shop.queries.length === 2);
    expect(Date.now() - firstAtMs).toBeGreaterThanOrEqual(140);
    expect(troubles).toEqual([shop.failure]);
    shop.failure = null;
    await until(async () => (await kept()).polledAt !== null);
    shop.failure = new Retryable('slow down again');
    await until(() => troubles.length === 2);
  });

  test('what only a person can mend is not tried again by a wake, but when the channel is back', async () => {
    shop.failure = new Rejected('the key was revoked', { fix: 'Connect again.' });
    poller.start();
    await until(() => troubles.length === 1);
    for (let turn = 0; turn < 10; turn += 1) {
      poller.wake();
      await wait(10);
    }
    expect(shop.queries).toHaveLength(1);
    shop.failure = null;
    poller.resume();
    await until(async () => (await kept()).polledAt !== null);
  });
});

test.each([
  ['http://127.0.0.1:4747/hooks', 'https://shop.example', null],
  ['http://127.0.0.1:4747/hooks', 'http://127.0.0.1:8080', 'http://127.0.0.1:4747/hooks/woocommerce/c1'],
  ['https://sync.example/hooks', 'https://shop.example', 'https://sync.example/hooks/woocommerce/c1'],
  [null, 'https://shop.example', null],
])('webhooks lead to %s: a shop at %s gets %s', (hooksUrl, baseUrl, address) => {
  expect(webhookAddressOf(hooksUrl, { _id: 'c1', channel: 'woocommerce', baseUrl })).toBe(address);
});
