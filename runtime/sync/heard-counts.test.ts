/** Counts that channels tell: most are known already, and only what stays unexplained has the channel read. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import type { RemoteListing } from './channel.ts';
import { openHeardCounts, settleHeardCounts } from './heard-counts.ts';
import { type ListingDocument, listingIdOf } from './listing-document.ts';

let database: TestDatabase;
let clientId: ClientId;
let connectionId: ConnectionId;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
  connectionId = ConnectionId.parse(`shop-${randomUUID()}`);
  await keep('mug', { pushed: 10, taken: 5, pushedTaken: 3 });
});

const listings = () => database.db.collection<ListingDocument>('listings');
const idOf = (externalId: string) => listingIdOf(connectionId, externalId);

async function keep(externalId: string, fields: Partial<ListingDocument>): Promise<void> {
  const listing = { _id: idOf(externalId), clientId, connectionId, externalId, tracked: true, checkAt: null };
  await listings().insertOne({ ...listing, ref: { location: 'main' }, ...fields } as ListingDocument);
}
const find = async (externalId = 'mug') => await listings().findOne({ _id: idOf(externalId) });
const hear = async (quantity: number | null, changes: object = {}) =>
  await openHeardCounts(() => database.db)({
    clientId,
    connectionId,
    externalId: 'mug',
    ref: { location: 'main' },
    quantity,
    ...changes,
  });
/** Time passes. */
const due = async () =>
  await listings().updateMany({ clientId, heard: { $ne: null } }, { $set: { 'heard.dueAt': new Date(0) } });

test('what is expected, as the echo of our own push, leaves no trace', async () => {
  await hear(8);
  expect((await find())?.heard).toBeUndefined();
  expect(await settleHeardCounts(database.db, clientId, connectionId)).toBe(0);
});

test('what differs is compared again later, and explained by the order that came meanwhile', async () => {
  await hear(7);
  expect(await find()).toMatchObject({ heard: { quantity: 7 }, checkAt: null });
  expect(await settleHeardCounts(database.db, clientId, connectionId)).toBe(0);
  await listings().updateOne({ _id: idOf('mug') }, { $inc: { taken: 1 } });
  await due();
  expect(await settleHeardCounts(database.db, clientId, connectionId)).toBe(0);
  expect(await find()).toMatchObject({ heard: null, checkAt: null });
});

test.each([25, null])('what stays unexplained (%j) has the channel read', async (quantity) => {
  await hear(quantity);
  await due();
  expect(await settleHeardCounts(database.db, clientId, connectionId)).toBe(1);
  expect(await find()).toMatchObject({ heard: null, checkAt: expect.any(Date) });
});

test('a newer word takes an older one back', async () => {
  await hear(25);
  await hear(8);
  expect(await find()).toMatchObject({ heard: null });
});

test('a listing that is told whole is a count as long as all the rest of it is as we hold it; else it is to be read', async () => {
  const form = {
    ref: { location: 'main' },
    title: 'Mug',
    tracked: true,
    ownSku: 'MUG',
    barcode: null,
    oversell: false,
    countedBy: null,
  };
  await keep('told', { ...form, pushed: 10, taken: 0, pushedTaken: 0 });
  const listing: RemoteListing = {
    externalId: 'told',
    ref: form.ref,
    sku: 'MUG',
    title: 'Mug',
    tracked: true,
    quantity: 10,
  };
  const tell = async (changes: Partial<RemoteListing>) => {
    const told = { ...listing, ...changes };
    return await hear(told.quantity, { ...told, listing: told });
  };
  expect(await tell({})).toBe(true);
  expect((await find('told'))?.heard).toBeUndefined();
  expect(await tell({ quantity: 9 })).toBe(true);
  expect(await find('told')).toMatchObject({ heard: { quantity: 9 } });
  await tell({});
  for (const changes of [
    { title: 'Red mug' },
    { sku: 'MUG-RED' },
    { sku: null },
    { barcode: '4006381333931' },
    { oversell: true },
    { countedBy: 'other' },
    { tracked: false, quantity: null },
    { externalId: 'unknown' },
  ])
    expect([changes, await tell({ quantity: 3, ...changes })]).toEqual([changes, false]);
  expect(await find('told')).toMatchObject({ heard: null });
});

test('many at once, of several clients, each with its own', async () => {
  const other = {
    clientId: ClientId.parse(`o-${randomUUID()}`),
    connectionId: ConnectionId.parse(`o-${randomUUID()}`),
  };
  const hearAll = openHeardCounts(() => database.db);
  const base = { externalId: 'mug', ref: {}, quantity: 3 };
  await Promise.all([
    hearAll({ clientId, connectionId, ...base, quantity: 4 }),
    hearAll({ clientId, connectionId, ...base }),
    hearAll({ ...other, ...base }),
    hearAll({ clientId: other.clientId, connectionId, ...base, quantity: 1 }),
  ]);
  expect(await find()).toMatchObject({ heard: { quantity: 3 } });
});

test('another location, a listing that is not counted and one that is unknown are no business of ours', async () => {
  await keep('card', { tracked: false, pushed: 0, taken: 0, pushedTaken: 0 });
  await hear(3, { ref: { location: 'elsewhere' } });
  await hear(3, { externalId: 'card' });
  await hear(3, { externalId: 'nothing' });
  expect([(await find())?.heard, (await find('card'))?.heard]).toEqual([undefined, undefined]);
});
