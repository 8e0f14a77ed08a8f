/** For fuzz.test.ts: messages as a client could send them, then changed by chance until most are wrong. */
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson';
import type { Document } from 'mongodb';
import type { Random } from './test-random.ts';
import { HEADER_BYTES } from './wire/framing.ts';

const OP_MSG = 2013;
const OPERATIONS = [OP_MSG, 2004, 1, 2001, 2005, 2006, 2010, 2012, 0, -1];
const NUMBERS = [0, 1, -1, 2, 100, 2 ** 31 - 1, -(2 ** 31), 16_777_216, 48_000_001, 0x7fff, 0xffff];
const BIG_TEXT = 'x'.repeat(200_000);
const DEPTH_MAX = 260;

/** A right form of each command; `c` is a collection with a few documents. */
const COMMANDS: readonly Document[] = [
  {
    find: 'c',
    filter: { a: 1, 'b.c': { $gt: 2, $in: [1, /x/] } },
    sort: { a: 1 },
    projection: { b: 1 },
    limit: 3,
  },
  {
    find: 'c',
    filter: { $or: [{ a: { $elemMatch: { $gt: 1 } } }, { $expr: { $eq: ['$a', '$b'] } }] },
    skip: 1,
  },
  { insert: 'c', documents: [{ a: 1, b: [1, { c: 'x' }] }], ordered: true },
  {
    update: 'c',
    updates: [
      { q: { a: 1 }, u: { $set: { 'b.$[x].c': 1 }, $inc: { n: 1 } }, arrayFilters: [{ x: 1 }], multi: true },
    ],
  },
  { update: 'c', updates: [{ q: { _id: 1 }, u: [{ $set: { a: { $add: ['$a', 1] } } }], upsert: true }] },
  { delete: 'c', deletes: [{ q: { a: { $exists: true } }, limit: 1 }] },
  {
    findAndModify: 'c',
    query: { a: 1 },
    update: { $push: { b: { $each: [1], $slice: -2, $sort: 1 } } },
    new: true,
  },
  { aggregate: 'c', pipeline: [{ $match: { a: 1 } }, { $group: { _id: '$a', n: { $sum: 1 } } }], cursor: {} },
  {
    aggregate: 'c',
    pipeline: [{ $lookup: { from: 'c', localField: 'a', foreignField: 'a', as: 'x' } }],
    cursor: {},
  },
  {
    aggregate: 'c',
    pipeline: [{ $project: { a: { $concat: ['$b', 'x'] } } }, { $unwind: '$a' }, { $sort: { a: -1 } }],
    cursor: {},
  },
  { aggregate: 'c', pipeline: [{ $changeStream: {} }], cursor: {} },
  { count: 'c', query: { a: { $mod: [2, 1] } } },
  { distinct: 'c', key: 'b.c', query: { a: { $type: 'int' } } },
  {
    createIndexes: 'c',
    indexes: [{ key: { a: 1, b: -1 }, name: 'x', unique: false, partialFilterExpression: { a: 1 } }],
  },
  { dropIndexes: 'c', index: 'x' },
  { listIndexes: 'c', cursor: { batchSize: 1 } },
  { listCollections: 1, filter: { name: 'c' } },
  { listDatabases: 1, $db: 'admin' },
  { create: 'd', expireAfterSeconds: 3 },
  { drop: 'd' },
  { getMore: Long.fromNumber(5), collection: 'c', maxTimeMS: 1 },
  { killCursors: 'c', cursors: [Long.fromNumber(5)] },
  { bulkWrite: 1, ops: [{ insert: 0, document: { a: 1 } }], nsInfo: [{ ns: 'fuzz.c' }], $db: 'admin' },
  { explain: { find: 'c', filter: { a: 1 } }, verbosity: 'queryPlanner' },
  { hello: 1, client: { driver: { name: 'x' } } },
  { serverStatus: 1, $db: 'admin' },
  { endSessions: [{ id: new Binary(Buffer.alloc(16, 7), 4) }] },
  { commitTransaction: 1, txnNumber: Long.fromNumber(1), autocommit: false, $db: 'admin' },
  { noSuchCommand: 1 },
];
const SESSION = { lsid: { id: new Binary(Buffer.alloc(16, 9), 4) }, txnNumber: Long.fromNumber(1) };
const NAMES = [
  'a',
  'b.c',
  '$set',
  '$',
  '',
  '.',
  'a..b',
  '_id',
  '$db',
  'lsid',
  '__proto__',
  'constructor',
  'toString',
  '0',
  '$expr',
  'filter',
  '名',
];

export interface FuzzMessage {
  bytes: Buffer;
  /** The bytes are one message by their own length, and its sender wants an answer. */
  isWhole: boolean;
}

export function randomMessage(random: Random): FuzzMessage {
  const command = changed(random, copyOf(random.pick(COMMANDS)));
  if (random.once(6)) Object.assign(command, SESSION);
  if (random.once(12)) Object.assign(command, SESSION, { startTransaction: true, autocommit: false });
  if (!('$db' in command))
    command.$db = random.once(40) ? random.pick(['', 'a b', 'a\0b', 'x'.repeat(70), '$']) : 'fuzz';
  const bytes = framed(random, command);
  return { bytes, isWhole: isWhole(bytes) };
}

function isWhole(bytes: Buffer): boolean {
  if (bytes.length < HEADER_BYTES + 5 || bytes.readInt32LE(0) !== bytes.length) return false;
  return bytes.readInt32LE(12) !== OP_MSG || (bytes.readUInt32LE(HEADER_BYTES) & 2) === 0;
}

function framed(random: Random, command: Document): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + 5);
  const bytes = Buffer.concat([head, serialize(command)]);
  bytes.writeInt32LE(random.below(1_000_000), 4);
  bytes.writeInt32LE(OP_MSG, 12);
  const spoiled = random.once(2) ? spoil(random, bytes) : bytes;
  if (spoiled.length >= 4)
    spoiled.writeInt32LE(random.once(50) ? random.pick(NUMBERS) | 0 : spoiled.length, 0);
  return spoiled;
}

/** Wrong bytes: lengths, types, cut ends, repeated parts, NULs where names are. */
function spoil(random: Random, bytes: Buffer): Buffer {
  const at = HEADER_BYTES + random.below(bytes.length - HEADER_BYTES - 4);
  switch (random.below(7)) {
    case 0:
      return Buffer.from(bytes.subarray(0, at));
    case 1:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(at - random.below(at)),
        bytes.subarray(at),
      ]);
    case 2:
      bytes.writeInt32LE(random.pick(NUMBERS) | 0, at);
      return bytes;
    case 3:
      bytes.writeInt32LE(random.pick(OPERATIONS), 12);
      return bytes;
    case 4:
      bytes.writeInt32LE(random.pick(NUMBERS) | 0, HEADER_BYTES);
      return bytes;
    case 5:
      for (let times = random.below(20); times >= 0; times -= 1)
        bytes[HEADER_BYTES + random.below(bytes.length - HEADER_BYTES)] = random.below(256);
      return bytes;
    default:
      bytes[at] = 0;
      return bytes;
  }
}

/** Other values, fields more or less, at a few places of a command. */
function changed(random: Random, command: Document): Document {
  for (let times = random.below(4); times > 0; times -= 1) {
    const target = random.pick(documentsIn(command));
    const names = Object.keys(target);
    if (names.length > 0 && random.once(8)) delete target[random.pick(names)];
    else if (names.length > 0 && !random.once(5)) put(target, random.pick(names), randomValue(random, 4));
    else put(target, random.pick(NAMES), randomValue(random, 4));
  }
  return command;
}

/** A field of its own, whatever its name: `__proto__` is one of them. */
function put(target: Document, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Values stay the same objects: only documents and lists are changed. */
function copyOf<Kind>(value: Kind): Kind {
  if (documentsIn(value).length === 0) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Kind;
  return Object.fromEntries(
    Object.entries(value as object).map(([name, one]) => [name, copyOf(one)]),
  ) as Kind;
}

function documentsIn(value: unknown): Document[] {
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return [];
  if (value instanceof RegExp || value instanceof Date) return [];
  return [value, ...Object.values(value).flatMap(documentsIn)];
}

function randomValue(random: Random, depth: number): unknown {
  if (depth > 0 && random.once(3)) {
    if (random.once(2)) return random.list(4, () => randomValue(random, depth - 1));
    return Object.fromEntries(random.list(4, () => [randomName(random), randomValue(random, depth - 1)]));
  }
  if (random.once(60)) return nested(random);
  return random.pick(VALUES)(random);
}

function randomName(random: Random): string {
  const operators = COMMANDS.flatMap(documentsIn).flatMap(Object.keys);
  return random.pick(random.once(2) ? operators : NAMES);
}

function nested(random: Random): unknown {
  let value: unknown = 1;
  for (let level = random.below(DEPTH_MAX); level > 0; level -= 1)
    value = random.once(2) ? [value] : { $not: value };
  return value;
}

const VALUES: readonly ((random: Random) => unknown)[] = [
  (random) => random.pick(NUMBERS),
  (random) => new Int32(random.pick(NUMBERS)),
  (random) => new Double(random.pick([0.5, -0, Number.NaN, Infinity, 1e308])),
  (random) => Long.fromBigInt(random.pick([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)])),
  (random) => Decimal128.fromString(random.pick(['0', 'NaN', '1E6144', '-0E-6000', 'Infinity'])),
  (random) => random.pick(['', 'c', '$a', '$$ROOT', 'a\0b', '\ud800', 'fuzz.c', '$a.b.0', '$$x']),
  (random) => (random.once(20) ? BIG_TEXT : 'x'),
  () => null,
  () => true,
  () => new Date(8.64e15),
  () => new ObjectId(Buffer.alloc(12)),
  (random) => new Binary(Buffer.alloc(random.below(40)), random.below(256)),
  (random) => new BSONRegExp(random.pick(['(', 'a+', '[', '(?<x', '^']), random.pick(['', 'i', 'imsx'])),
  () => new Code('function() {}', { a: 1 }),
  () => new Timestamp(5n),
  () => new MinKey(),
  () => new MaxKey(),
];
