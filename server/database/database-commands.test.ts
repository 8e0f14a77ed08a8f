/** Export and import between databases over the wire; with TEST_MONGODB_URI from the embedded one to a real MongoDB. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Code,
  type Db,
  Decimal128,
  type Document,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  MongoClient,
  ObjectId,
  Timestamp,
  UUID,
} from 'mongodb';
import { type Embedded, startEmbedded } from '#runtime/database/embedded/index.ts';
import { exportDatabase } from './export-database.ts';
import { importDatabase } from './import-database.ts';

let dir: string;
let embedded: Embedded;
let client: MongoClient;
let other: MongoClient;
let source: Db;
let target: Db;
let file: string;
let count = 0;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'syncflow-archive-'));
  embedded = await startEmbedded({ dir: join(dir, 'database') });
  client = await new MongoClient(embedded.uri).connect();
  other = await new MongoClient(process.env.TEST_MONGODB_URI ?? embedded.uri).connect();
});
afterAll(async () => {
  await target.dropDatabase();
  await client.close();
  await other.close();
  await embedded.close();
  rmSync(dir, { recursive: true });
});
beforeEach(async () => {
  await target?.dropDatabase();
  count += 1;
  source = client.db(`source${count}`);
  target = other.db(`archive_target${count}_${process.pid}`);
  file = join(dir, `file${count}.gz`);
});

const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
const everything: Document = {
  _id: new ObjectId(),
  int: new Int32(1),
  double: new Double(1),
  minusZero: new Double(-0),
  notANumber: new Double(Number.NaN),
  infinite: new Double(Number.NEGATIVE_INFINITY),
  long: Long.fromNumber(1),
  longest: Long.MAX_VALUE,
  decimal: Decimal128.fromString('0.10'),
  bigDecimal: Decimal128.fromString('1.000E+6000'),
  date: new Date(1_700_000_000_123),
  before1970: new Date(-5),
  bytes: new Binary(Buffer.from([0, 255, 1]), 0),
  uuid: new UUID(),
  special: new Binary(Buffer.from('x'), 128),
  expression: new BSONRegExp('^a"\\', 'im'),
  code: new Code('f()'),
  scoped: new Code('f()', { a: new Int32(1) }),
  timestamp: new Timestamp({ t: 5, i: 6 }),
  least: new MinKey(),
  greatest: new MaxKey(),
  nothing: null,
  yes: true,
  text: 'ü"\n\u2028\u0000 😀',
  deep: { list: [new Int32(1), [new Double(2)], { x: Long.fromNumber(3) }, []], empty: {} },
};
interface Numbered extends Document {
  _id: number;
}
const lines = (): string[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');

test('every type, every index and empty collections come through exactly', async () => {
  await source.collection('types').insertOne(everything);
  await source.createCollection('empty');
  const stock = source.collection('stock');
  await stock.createIndex({ sku: 1, at: -1 }, { unique: true, name: 'of the sku' });
  await stock.createIndex({ open: 1 }, { partialFilterExpression: { open: { $gt: Long.fromNumber(5) } } });
  await stock.createIndex({ at: 1 }, { expireAfterSeconds: 3600, sparse: true });
  await stock.insertMany(Array.from({ length: 2500 }, (_, sku) => ({ sku, at: new Date() })));
  const told: number[] = [];
  expect(await exportDatabase(source, file, ({ documents }) => told.push(documents))).toBe(2501);
  expect(told.at(-1)).toBe(2501);
  expect(lines().at(-1)).toBe('["end",{"documents":2501}]');

  expect(await importDatabase(target, file)).toEqual({ imported: 2501, leftOut: 0 });
  for (const name of ['types', 'stock', 'empty']) {
    const read = (db: Db): Promise<Document[]> =>
      db
        .collection(name)
        .find({}, { ...EXACT, sort: { _id: 1 } })
        .toArray();
    expect(await read(target)).toEqual(await read(source));
    const indexes = async (db: Db): Promise<Document[]> => await db.collection(name).listIndexes().toArray();
    expect(await indexes(target)).toEqual(await indexes(source));
  }
  const [types] = await target.collection('types').find({}, EXACT).toArray();
  expect(types).toEqual(everything);
  expect(Object.keys(types ?? {})).toEqual(Object.keys(everything));
});

test('a database that is not empty is left alone, unless that is asked for', async () => {
  await source.collection<Numbered>('a').insertMany([
    { _id: 1, from: 'file' },
    { _id: 2, from: 'file' },
  ]);
  await exportDatabase(source, file);
  await target.collection<Numbered>('a').insertOne({ _id: 2, from: 'here' });
  await expect(importDatabase(target, file)).rejects.toThrow('is not empty. Nothing was changed.');
  expect(await target.collection('a').countDocuments()).toBe(1);
  expect(await importDatabase(target, file, { intoExisting: true })).toEqual({ imported: 1, leftOut: 1 });
  expect(await target.collection('a').find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 1, from: 'file' },
    { _id: 2, from: 'here' },
  ]);
});

test('a file that is cut off, damaged or something else is refused before anything is written', async () => {
  await source.collection('a').insertMany(Array.from({ length: 50 }, (_, n) => ({ n })));
  await exportDatabase(source, file);
  const whole = readFileSync(file);
  const text = lines();
  const cases: [content: Buffer, message: string][] = [
    [whole.subarray(0, whole.length - 20), "can't be unpacked"],
    [gzipSync(text.slice(0, -1).join('\n')), 'ends too early'],
    [gzipSync([...text.slice(0, 10), ...text.slice(11)].join('\n')), 'should have 50 documents but has 49'],
    [gzipSync([...text.slice(0, 5), '{"a":', ...text.slice(6)].join('\n')), 'damaged (line 6)'],
    [gzipSync(text.slice(1).join('\n')), 'damaged (line 1)'],
    [gzipSync(text.join('\n').replace('"version":1', '"version":2')), 'a later version'],
    [Buffer.from('no gzip'), "can't be unpacked"],
    [Buffer.alloc(0), "can't be unpacked"],
  ];
  for (const [content, message] of cases) {
    writeFileSync(file, content);
    await expect(importDatabase(target, file)).rejects.toThrow(message);
  }
  await expect(importDatabase(target, join(dir, 'nothing.gz'))).rejects.toThrow('There is no file');
  expect(await target.listCollections().toArray()).toEqual([]);
});

test('an export that fails leaves no file', async () => {
  await source.collection('a').insertOne({});
  const failing = exportDatabase(source, file, () => {
    throw new Error('no more');
  });
  await expect(failing).rejects.toThrow('no more');
  expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
});

test('the commands', async () => {
  const run = (name: string, ...options: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(process.execPath, [join('server', 'database', `${name}.ts`), ...options], {
      env: { ...process.env, DATA_DIR: join(dir, `data${count}`), MONGODB_URI: '' },
    });
  await source.collection('a').insertMany([{}, {}, {}]);
  const uri = embedded.uri.replace('/?', `/${source.databaseName}?`);
  expect((await run('export', file, '--uri', uri)).stdout).toContain('3 documents of the database source');
  expect((await run('import', file)).stdout).toContain(
    '3 documents were imported into the database syncflow.',
  );
  await expect(run('import', file)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('is not empty'),
  });
  expect((await run('import', file, '--into-existing')).stdout).toContain('3 were left out');
  expect((await run('check')).stdout).toContain('3 documents in 1 collections');
  await expect(run('export')).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining('Usage:') });
}, 90_000);
