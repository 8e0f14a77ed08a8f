/**
 * BSON bytes to values, exactly: no number is turned into another type, no field name means anything special
 * (the `bson` package's parser makes a DBRef of `{$ref, $id}` and trusts a field called `_bsontype`).
 * The bytes must have passed `validate.ts` before, either now or when they were stored.
 */
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { fail } from '../errors.ts';
import { type Doc, setField, type Value } from './values.ts';

/** The document that starts at `start`. Binary values and ids are views of the bytes, not copies. */
export function decode(bytes: Uint8Array, start = 0): Doc {
  return new Reader(bytes, start).document();
}

/**
 * The document at `start`, but the array field `rawField` is left in bytes, one view for each document in it:
 * what is only stored need not be decoded and encoded.
 */
export function decodeKeeping(
  bytes: Uint8Array,
  start: number,
  rawField: string,
): { doc: Doc; raw: Buffer[] | undefined } {
  const reader = new Reader(bytes, start);
  const doc: Doc = {};
  let raw: Buffer[] | undefined;
  const end = reader.enter();
  while (reader.at < end) {
    const type = reader.byte();
    const name = reader.name();
    if (type === 0x04 && name === rawField) raw = reader.rawDocuments();
    else setField(doc, name, reader.value(type));
  }
  return { doc, raw };
}

/**
 * Of the document only the fields with these names; the others are stepped over, which costs a tenth. For whoever looks
 * at a few fields of many documents.
 */
export function decodeOnly(bytes: Uint8Array, names: ReadonlySet<string>): Doc {
  const reader = new Reader(bytes, 0);
  const doc: Doc = {};
  const end = reader.enter();
  for (let left = names.size; left > 0 && reader.at < end; ) {
    const type = reader.byte();
    const name = reader.name();
    if (names.has(name)) {
      setField(doc, name, reader.value(type));
      left -= 1;
    } else reader.pass(type);
  }
  return doc;
}

/** Goes through the bytes of a document, field by field. */
export class Reader {
  at: number;
  private readonly bytes: Buffer;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
  }

  /** Steps into the document at the cursor; returns where its closing NUL stands. */
  enter(): number {
    const end = this.at + this.bytes.readInt32LE(this.at) - 1;
    this.at += 4;
    return end;
  }

  /** The bytes between there and the cursor. */
  since(start: number): Buffer {
    return this.bytes.subarray(start, this.at);
  }

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  document(): Doc {
    const doc: Doc = {};
    const end = this.enter();
    while (this.at < end) {
      const type = this.byte();
      const name = this.name();
      setField(doc, name, this.value(type));
    }
    this.at = end + 1;
    return doc;
  }

  rawDocuments(): Buffer[] {
    const list: Buffer[] = [];
    const end = this.enter();
    while (this.at < end) {
      if (this.byte() !== 0x03)
        fail('TypeMismatch', 'an array of documents holds something else than documents');
      this.at = this.bytes.indexOf(0, this.at) + 1;
      list.push(this.bytes.subarray(this.at, this.advance(this.bytes.readInt32LE(this.at))));
    }
    this.at = end + 1;
    return list;
  }

  name(): string {
    const start = this.at;
    let at = start;
    let hash = 0;
    for (let byte = this.bytes[at] ?? 0; byte !== 0; byte = this.bytes[at] ?? 0) {
      hash = (hash * 31 + byte) | 0;
      at += 1;
    }
    this.at = at + 1;
    return knownName(this.bytes, start, at, hash & (NAMES_MAX - 1));
  }

  value(type: number): Value {
    const bytes = this.bytes;
    switch (type) {
      case 0x01:
        return new Double(bytes.readDoubleLE(this.skip(8)));
      case 0x02:
        return this.string();
      case 0x03:
        return this.document();
      case 0x04:
        return this.array();
      case 0x05:
        return this.binary();
      case 0x07:
        return new ObjectId(bytes.subarray(this.at, this.advance(12)));
      case 0x08:
        return this.byte() === 1;
      case 0x09:
        return this.date();
      case 0x0a:
        return null;
      case 0x0b:
        return new BSONRegExp(this.cstring(), this.cstring());
      case 0x0d:
        return new Code(this.string());
      case 0x0e:
        return new BSONSymbol(this.string());
      case 0x0f:
        this.skip(4);
        // The driver's own class holds a scope as a plain object of any values.
        return new Code(this.string(), this.document());
      case 0x10:
        return new Int32(bytes.readInt32LE(this.skip(4)));
      case 0x11:
        return new Timestamp(this.long());
      case 0x12:
        return this.long();
      case 0x13:
        return new Decimal128(bytes.subarray(this.at, this.advance(16)));
      case 0x7f:
        return new MaxKey();
      case 0xff:
        return new MinKey();
      default:
        return fail('InvalidBSON', `unknown BSON type 0x${type.toString(16)}`);
    }
  }

  /** Steps over a value. */
  pass(type: number): void {
    switch (type) {
      case 0x01:
      case 0x09:
      case 0x11:
      case 0x12:
        this.at += 8;
        return;
      case 0x02:
      case 0x0d:
      case 0x0e:
        this.at += 4 + this.bytes.readInt32LE(this.at);
        return;
      case 0x03:
      case 0x04:
      case 0x0f:
        this.at += this.bytes.readInt32LE(this.at);
        return;
      case 0x05:
        this.at += 5 + this.bytes.readInt32LE(this.at);
        return;
      case 0x08:
        this.at += 1;
        return;
      case 0x10:
        this.at += 4;
        return;
      default:
        // Rare ones, and those that are as short as a look at them.
        this.value(type);
    }
  }

  /** Where the cursor stood before it moved on by `size`. */
  private skip(size: number): number {
    const at = this.at;
    this.at += size;
    return at;
  }

  /** Where the cursor stands after it moved on by `size`. */
  private advance(size: number): number {
    this.at += size;
    return this.at;
  }

  private string(): string {
    const length = this.bytes.readInt32LE(this.skip(4));
    return this.bytes.toString('utf8', this.skip(length), this.at - 1);
  }

  private cstring(): string {
    const end = this.bytes.indexOf(0, this.at);
    return this.bytes.toString('utf8', this.skip(end + 1 - this.at), end);
  }

  private date(): Date {
    const at = this.skip(8);
    return new Date(this.bytes.readInt32LE(at + 4) * 0x100000000 + this.bytes.readUInt32LE(at));
  }

  private long(): Long {
    const at = this.skip(8);
    return new Long(this.bytes.readInt32LE(at), this.bytes.readInt32LE(at + 4));
  }

  private binary(): Binary {
    const length = this.bytes.readInt32LE(this.skip(4));
    const subType = this.byte();
    return new Binary(this.bytes.subarray(this.at, this.advance(length)), subType);
  }

  private array(): Value[] {
    const list: Value[] = [];
    const end = this.enter();
    while (this.at < end) {
      const type = this.byte();
      while (this.bytes[this.at] !== 0) this.at += 1;
      this.at += 1;
      list.push(this.value(type));
    }
    this.at = end + 1;
    return list;
  }
}

// Field names repeat in every document: one table of those seen lately saves making the same strings again.
const NAMES_MAX = 1024;
const names: (string | undefined)[] = new Array(NAMES_MAX).fill(undefined);

function knownName(bytes: Buffer, start: number, end: number, slot: number): string {
  const known = names[slot];
  if (known !== undefined && known.length === end - start && isSame(known, bytes, start)) return known;
  const name = bytes.toString('utf8', start, end);
  // Only ASCII names have as many characters as bytes and can be compared one by one.
  if (name.length === end - start && name.length <= 64) names[slot] = name;
  return name;
}

function isSame(name: string, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (name.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
