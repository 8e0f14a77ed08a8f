/**
 * For kill.test.ts: one client that writes as fast as it can, all kinds of writes in turn, and knows exactly what
 * the server may hold after a kill: what was acknowledged, with or without the whole of the one write that was on
 * its way.
 */
import { type AnyBulkWriteOperation, type Collection, MongoClient } from 'mongodb';

export interface Item {
  _id: string;
  n: number;
  /** Always the same as `n`: a document is changed as a whole. */
  mirror: number;
  sku: string;
  tags: string[];
}
/** What a write leaves of each document that it touches; undefined where it deletes one. */
type Changes = ReadonlyMap<string, Item | undefined>;

const DOCUMENTS_MAX = 120;
const BATCH = 4;
const CONNECT_TRIES_MAX = 30;

export class Writer {
  acknowledged = 0;
  private readonly name: string;
  private documents = new Map<string, Item>();
  private onItsWay: Changes = new Map();
  private steps = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Writes until the server is gone; faults of another kind are thrown. */
  async run(uri: string, isKilled: () => boolean): Promise<void> {
    // A short patience: after the kill there is nothing to wait for.
    const options = { maxPoolSize: 1, retryWrites: false, serverSelectionTimeoutMS: 300 };
    const client = new MongoClient(uri, options);
    const collection = client.db('kill').collection<Item>('documents');
    try {
      await connect(client);
      for (;;) await this.step(client, collection);
    } catch (error) {
      if (!isKilled()) throw error;
    } finally {
      await client.close(true);
    }
  }

  /**
   * Compares with what a restarted server holds of this writer, and takes it as the truth from here on. Returns
   * the ids of documents that are neither as before the write that was on its way nor as after it.
   */
  settle(stored: ReadonlyMap<string, Item>): string[] {
    const mine = new Map([...stored].filter(([id]) => id.startsWith(`${this.name}-`)));
    const withoutLast = this.differences(mine, new Map());
    const withLast = this.differences(mine, this.onItsWay);
    this.documents = mine;
    this.onItsWay = new Map();
    return withoutLast.length === 0 || withLast.length === 0 ? [] : withoutLast;
  }

  private differences(stored: ReadonlyMap<string, Item>, changes: Changes): string[] {
    const expected = after(this.documents, changes);
    const ids = new Set([...expected.keys(), ...stored.keys()]);
    return [...ids].filter((id) => JSON.stringify(expected.get(id)) !== JSON.stringify(stored.get(id)));
  }

  private async step(client: MongoClient, collection: Collection<Item>): Promise<void> {
    this.steps += 1;
    const { changes, write } = this.nextWrite(client, collection);
    this.onItsWay = changes;
    await write();
    this.documents = after(this.documents, changes);
    this.onItsWay = new Map();
    this.acknowledged += 1;
  }

  private nextWrite(client: MongoClient, collection: Collection<Item>) {
    const known = [...this.documents.values()];
    const [first, second] = known.slice(this.steps % Math.max(1, known.length - 1));
    if (!first || !second || (known.length < DOCUMENTS_MAX && this.steps % 3 === 0))
      return this.insert(collection);
    switch (this.steps % 5) {
      case 0:
        return this.remove(collection, known.length >= DOCUMENTS_MAX ? known.slice(0, BATCH) : [first]);
      case 1:
        return this.update(collection, first);
      case 2:
        return this.updateTwo(collection, first, second);
      case 3:
        return this.transact(client, collection, first, second);
      default:
        return this.take(collection, first);
    }
  }

  private insert(collection: Collection<Item>) {
    const items = Array.from({ length: this.steps % 2 ? BATCH : 1 }, (_, index) => {
      const _id = `${this.name}-${this.steps}-${index}`;
      return { _id, n: 0, mirror: 0, sku: _id, tags: [_id, 'all'] };
    });
    return { changes: changesTo(items), write: () => collection.insertMany(items) };
  }

  private remove(collection: Collection<Item>, items: readonly Item[]) {
    const ids = items.map(({ _id }) => _id);
    const changes: Changes = new Map(ids.map((id) => [id, undefined]));
    return { changes, write: () => collection.deleteMany({ _id: { $in: ids } }) };
  }

  private update(collection: Collection<Item>, item: Item) {
    const tags = ['all', `${this.name}-${this.steps}`, 'updated'];
    const update = { $inc: { n: 1, mirror: 1 }, $set: { tags } };
    const changes = changesTo([{ ...counted(item), tags }]);
    return { changes, write: () => collection.updateOne({ _id: item._id }, update) };
  }

  /** One command, so one transaction on disk. */
  private updateTwo(collection: Collection<Item>, ...items: readonly [Item, Item]) {
    const writes: AnyBulkWriteOperation<Item>[] = items.map(({ _id }) => ({
      updateOne: { filter: { _id }, update: { $inc: { n: 1, mirror: 1 } } },
    }));
    return { changes: changesTo(items.map(counted)), write: () => collection.bulkWrite(writes) };
  }

  private transact(client: MongoClient, collection: Collection<Item>, from: Item, to: Item) {
    const moved = [
      { ...counted(from), sku: to.sku },
      { ...counted(to), sku: from.sku },
    ];
    const free = { ...counted(from), sku: `${from.sku}-free` };
    const write = async (): Promise<void> => {
      const session = client.startSession();
      session.startTransaction();
      for (const item of [free, ...moved.toReversed()])
        await collection.replaceOne({ _id: item._id }, item, { session });
      await session.commitTransaction();
      await session.endSession();
    };
    return { changes: changesTo(moved), write };
  }

  /** As the product takes stock: by id, on a condition. */
  private take(collection: Collection<Item>, item: Item) {
    const update = { $inc: { n: 1, mirror: 1 } };
    const filter = { _id: item._id, n: { $lte: item.n } };
    return { changes: changesTo([counted(item)]), write: () => collection.findOneAndUpdate(filter, update) };
  }
}

/** The server listens already, but a busy machine can be slower than the client's patience. */
async function connect(client: MongoClient): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.connect();
      return;
    } catch (error) {
      if (tries === CONNECT_TRIES_MAX) throw error;
    }
  }
}

function counted(item: Item): Item {
  return { ...item, n: item.n + 1, mirror: item.mirror + 1 };
}

function changesTo(items: readonly Item[]): Changes {
  return new Map(items.map((item) => [item._id, item]));
}

function after(documents: ReadonlyMap<string, Item>, changes: Changes): Map<string, Item> {
  const result = new Map(documents);
  for (const [id, item] of changes) {
    if (item) result.set(id, item);
    else result.delete(id);
  }
  return result;
}
