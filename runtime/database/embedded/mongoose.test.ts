/** What Mongoose does behind one's back: sessions, version keys, casts, index synchronisation. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { startTestServer, type TestServer } from './test-server.ts';

let server: TestServer;
let connection: mongoose.Connection;

beforeAll(async () => {
  server = await startTestServer();
  connection = await mongoose.createConnection(server.uri, { dbName: server.db.databaseName }).asPromise();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const lineSchema = new Schema({ sku: String, qty: Number }, { _id: false });
const orderSchema = new Schema(
  {
    number: { type: String, unique: true },
    state: String,
    total: Schema.Types.Decimal128,
    lines: [lineSchema],
    meta: Schema.Types.Mixed,
  },
  { timestamps: true, optimisticConcurrency: true },
);
orderSchema.index({ state: 1, createdAt: -1 });

describe('Mongoose', () => {
  test('saves, finds, changes and deletes', async () => {
    const Order = connection.model('Order', orderSchema);
    await Order.init();
    const order = await Order.create({
      number: 'A1',
      state: 'new',
      total: '10.50',
      lines: [{ sku: 'x', qty: 1 }],
      meta: { deep: { a: [1] } },
    });
    expect(order.__v).toBe(0);
    order.lines.push({ sku: 'y', qty: 2 });
    order.state = 'paid';
    await order.save();
    const read = await Order.findOne({ number: 'A1' }).orFail();
    expect(read.toObject()).toMatchObject({
      state: 'paid',
      __v: 1,
      lines: [
        { sku: 'x', qty: 1 },
        { sku: 'y', qty: 2 },
      ],
      meta: { deep: { a: [1] } },
    });
    expect(String(read.total)).toBe('10.50');
    const changed = await Order.findOneAndUpdate(
      { number: 'A1', 'lines.sku': 'y' },
      { $inc: { 'lines.$.qty': 5 } },
      { returnDocument: 'after' },
    ).orFail();
    expect(changed.lines[1]?.qty).toBe(7);
    expect(await Order.countDocuments({ state: /^pa/ })).toBe(1);
    expect(
      await Order.aggregate([
        { $unwind: '$lines' },
        { $group: { _id: '$lines.sku', qty: { $sum: '$lines.qty' } } },
        { $sort: { _id: 1 } },
      ]),
    ).toEqual([
      { _id: 'x', qty: 1 },
      { _id: 'y', qty: 7 },
    ]);
    await expect(Order.create({ number: 'A1' })).rejects.toMatchObject({ code: 11000 });
    await Order.bulkWrite([
      { updateOne: { filter: { number: 'A2' }, update: { $set: { state: 'new' } }, upsert: true } },
    ]);
    expect((await Order.find().sort({ number: -1 }).lean()).map(({ number }) => number)).toEqual([
      'A2',
      'A1',
    ]);
    await Order.deleteOne({ number: 'A2' });
    expect(await Order.exists({ number: 'A2' })).toBeNull();
  });

  test('notices by the version key that another has saved meanwhile', async () => {
    const Order = connection.model('Order', orderSchema);
    await Order.create({ number: 'B1', state: 'new', lines: [] });
    const [mine, theirs] = [
      await Order.findOne({ number: 'B1' }).orFail(),
      await Order.findOne({ number: 'B1' }).orFail(),
    ];
    theirs.state = 'paid';
    await theirs.save();
    mine.state = 'cancelled';
    await expect(mine.save()).rejects.toThrow(mongoose.Error.VersionError);
  });

  test('brings the indexes in line with the schema', async () => {
    const Order = connection.model('Order', orderSchema);
    await Order.init();
    await Order.collection.createIndex({ old: 1 });
    expect(await Order.syncIndexes()).toEqual(['old_1']);
    expect(Object.keys(await Order.collection.indexInformation())).toEqual([
      '_id_',
      'number_1',
      'state_1_createdAt_-1',
    ]);
    expect(await Order.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
  });

  test('fills in references', async () => {
    const Customer = connection.model('Customer', new Schema({ name: String }));
    const Cart = connection.model(
      'Cart',
      new Schema({ customer: { type: Schema.Types.ObjectId, ref: 'Customer' }, tags: [String] }),
    );
    const customer = await Customer.create({ name: 'Ada' });
    const cart = await Cart.create({ customer: customer._id, tags: ['a'] });
    const read = await Cart.findById(cart._id).populate<{ customer: { name: string } }>('customer').orFail();
    expect(read.customer.name).toBe('Ada');
    await Cart.updateOne({ _id: cart._id }, { $addToSet: { tags: { $each: ['a', 'b'] } } });
    expect((await Cart.findById(cart._id).orFail()).tags).toEqual(['a', 'b']);
  });
  test('runs transactions and watches', async () => {
    const Item = connection.model('Watched', new Schema({ name: String, n: Number }));
    await Item.init();
    const stream = Item.watch([], { maxAwaitTimeMS: 50 });
    const events: string[] = [];
    stream.on('change', ({ operationType, fullDocument }) =>
      events.push(`${operationType} ${fullDocument?.name}`),
    );
    const until = async (isTrue: () => boolean): Promise<void> => {
      for (let round = 0; !isTrue() && round < 200; round += 1)
        await new Promise((done) => setTimeout(done, 50));
    };
    // A stream is open a little after it says so: what it is told of first proves it.
    for (let round = 0; events.length === 0 && round < 200; round += 1) {
      await Item.create({ name: 'probe' });
      await new Promise((done) => setTimeout(done, 50));
    }
    await connection.transaction(async (session) => {
      const [item] = await Item.create([{ name: 'a', n: 1 }], { session });
      await Item.updateOne({ _id: item?._id }, { $inc: { n: 1 } }, { session });
    });
    await expect(
      connection.transaction(async (session) => {
        await Item.create([{ name: 'b' }], { session });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const kept = await Item.find({ name: { $ne: 'probe' } }).lean();
    expect(kept.map(({ name, n }) => [name, n])).toEqual([['a', 2]]);
    await until(() => events.some((event) => event.startsWith('update')));
    await stream.close();
    expect(events.filter((event) => event !== 'insert probe')).toEqual(['insert a', 'update undefined']);
  });
});
