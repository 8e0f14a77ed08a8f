import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { ClientId, ConnectionId, orderIdOf } from '#runtime/ids.ts';
import { captureOrder } from '#runtime/orders/capture-order.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { findAll, findPage } from './find-page.ts';
import { OrderSearch, searchOfOrders } from './order-search.ts';
import { pageFrom } from './paging.ts';

const clientId = ClientId.parse(`c-${randomUUID()}`);
const shops = ['a', 'b'].map((name) => ConnectionId.parse(`${name}-${randomUUID()}`));
const FIRST_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const ORDERS = 60;
let database: TestDatabase;
let orders: ClientCollection<OrderDocument>;
let all: OrderDocument[];

beforeAll(async () => {
  database = await openTestDatabase();
  orders = new ClientCollection(database.db, 'orders', clientId);
  for (let index = 0; index < ORDERS; index += 1) {
    const at = new Date(FIRST_MS + Math.floor(index / 3) * HOUR_MS);
    const unitPrice = { amount: (index % 7) * 100, currency: 'GBP' };
    const title = index % 4 === 0 ? 'Blue mug' : 'Red candle';
    await captureOrder(database.db, clientId, {
      connectionId: shops[index % 5 === 0 ? 0 : 1]!,
      channel: 'test',
      externalId: `${index}`,
      number: `#${1000 + index}`,
      status: index % 3 === 0 ? 'open' : 'fulfilled',
      placedAt: at,
      updatedAt: at,
      total: unitPrice,
      lines: [{ lineId: '1', sku: null, title, quantity: 1, taken: 1, unitPrice }],
    });
  }
  all = await orders.find({}).toArray();
});
afterAll(() => database.close());

const query = fc.record({
  sort: fc.constantFrom('newest', 'oldest', 'total'),
  search: fc.constantFrom(undefined, 'mug', 'cand red', '100', '1003', 'nothing', '#10'),
  channel: fc.constantFrom(undefined, shops[0]!, 'no-such'),
  status: fc.constantFrom(undefined, 'open', 'cancelled'),
  from: fc.constantFrom(undefined, new Date(FIRST_MS + 4 * HOUR_MS).toISOString()),
  until: fc.constantFrom(undefined, new Date(FIRST_MS + 12 * HOUR_MS).toISOString()),
});

function expected({
  sort,
  search,
  channel,
  status,
  from,
  until,
}: ReturnType<typeof OrderSearch.parse>): string[] {
  const fits = (order: OrderDocument) =>
    (!search ||
      search
        .replace('#', '')
        .split(' ')
        .every((term) => order.words.some((word) => word.startsWith(term)))) &&
    (!channel || order.connectionId === channel) &&
    (!status || order.status === status) &&
    (!from || order.placedAt >= new Date(from)) &&
    (!until || order.placedAt < new Date(until));
  const sign = sort === 'oldest' ? 1 : -1;
  const value = ({ placedAt, total }: OrderDocument) =>
    sort === 'total' ? total.amount : placedAt.getTime();
  return all
    .filter(fits)
    .sort((a, b) => sign * (value(a) - value(b)) || sign * (a._id < b._id ? -1 : 1))
    .map(({ _id }) => _id);
}

describe('pages of a list', () => {
  test('together are what was looked for, in order, each once, whatever stretch is looked through at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        query,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 70 }),
        async (asked, limit, fewMax, stretch) => {
          const search = OrderSearch.parse(asked);
          const wanted = searchOfOrders(search)!;
          const found: string[] = [];
          let cursor: string | undefined;
          for (let pages = 0; ; pages += 1) {
            expect(pages).toBeLessThan(2 * ORDERS + 2);
            const page = await findPage(orders, wanted, { cursor, limit }, { fewMax, stretch });
            expect(page.found.length).toBeLessThanOrEqual(limit);
            found.push(...page.found.map(({ _id }) => _id));
            cursor = pageFrom([], page.next).next ?? undefined;
            if (!cursor) break;
          }
          expect(found).toEqual(expected(search));
          const taken = await (await findAll(orders, wanted)).toArray();
          expect(taken.map(({ _id }) => _id)).toEqual(found);
        },
      ),
      { numRuns: 60, verbose: 1 },
    );
  });

  test('read an index, and no more of it than a page needs', async () => {
    const explained = async (filter: object, hint: object, sort: Record<string, 1 | -1>) => {
      const { executionStats } = (await database.db
        .collection('orders')
        .find({ clientId, ...filter }, { hint: hint as never })
        .sort(sort)
        .limit(5)
        .explain('executionStats')) as { executionStats: { totalDocsExamined: number; nReturned: number } };
      return executionStats;
    };
    for (const sort of ['newest', 'oldest', 'total'] as const) {
      const { order } = searchOfOrders(OrderSearch.parse({ sort }))!;
      const by = { [order.field]: order.direction, _id: order.tieDirection } as Record<string, 1 | -1>;
      expect(await explained({}, order.index as object, by)).toMatchObject({
        totalDocsExamined: 5,
        nReturned: 5,
      });
    }
    const found = await explained({ words: { $regex: '^100' } }, { clientId: 1, words: 1 }, { placedAt: -1 });
    expect(found).toMatchObject({ totalDocsExamined: 10, nReturned: 5 });
  });

  test('are of this client alone', async () => {
    const other = ClientId.parse(`c-${randomUUID()}`);
    const theirs = new ClientCollection<OrderDocument>(database.db, 'orders', other);
    const { found, next } = await findPage(theirs, searchOfOrders(OrderSearch.parse({ search: 'mug' }))!, {
      limit: 5,
    });
    expect([found, next]).toEqual([[], null]);
    expect(all.some(({ _id }) => _id === orderIdOf(shops[0]!, '0'))).toBe(true);
  });
});
