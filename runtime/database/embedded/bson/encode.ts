/**
 * Values to BSON bytes. Into one growing buffer that is used again for the next document; what is returned
 * is a copy of its own.
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
import { RawDocument } from './raw.ts';
import type { Doc, Value } from './values.ts';

const SHRINK_ABOVE_BYTES = 1 << 20;
const START_BYTES = 1 << 16;
const SHORT_TEXT_MAX = 40;

/**
 * The document's bytes, with `headRoom` unused bytes before them (for a message header that is filled in
 * later). Undefined fields are left out; an undefined array element becomes null.
 */
export function encode(doc: Doc, headRoom = 0): Buffer {
  writer.at = headRoom;
  writer.document(doc);
  const bytes = Buffer.from(writer.bytes.subarray(0, writer.at));
  if (writer.bytes.length > SHRINK_ABOVE_BYTES) writer.bytes = Buffer.allocUnsafeSlow(START_BYTES);
  return bytes;
}

class Writer {
  at = 0;
  bytes = Buffer.allocUnsafeSlow(START_BYTES);

  document(doc: Doc): void {
    const start = this.open();
    for (const name of Object.keys(doc)) {
      const value = doc[name];
      if (value !== undefined) this.element(name, value);
    }
    this.close(start);
  }

  private open(): number {
    this.ensure(4);
    this.at += 4;
    return this.at - 4;
  }

  private close(start: number): void {
    this.byte(0);
    this.bytes.writeInt32LE(this.at - start, start);
  }

  /** Type, name and value of one field. The type is known only after a look at the value: it is filled in last. */
  private element(name: string, value: Value): void {
    this.ensure(name.length * 3 + 2);
    const typeAt = this.at;
    this.at += 1;
    this.cstring(name);
    // In two steps: writing the value may have moved everything to a larger buffer.
    const type = this.value(value);
    this.bytes[typeAt] = type;
  }

  /** Writes the value and returns its type. */
  private value(value: Value): number {
    switch (typeof value) {
      case 'string':
        this.string(value);
        return 0x02;
      case 'boolean':
        this.byte(value ? 1 : 0);
        return 0x08;
      case 'number':
        return Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0)
          ? this.int32(value)
          : this.double(value);
      case 'undefined':
        return 0x0a;
    }
    if (value === null) return 0x0a;
    if (Array.isArray(value)) return this.array(value);
    if (value instanceof Date) return this.date(value);
    if (value instanceof RawDocument) return this.raw(value.bytes);
    return this.instance(value);
  }

  private instance(value: object): number {
    if (value instanceof ObjectId) return this.copy(value.id, 0x07);
    if (value instanceof Int32) return this.int32(value.value);
    if (value instanceof Double) return this.double(value.value);
    if (value instanceof Timestamp) return this.long(value, 0x11);
    if (value instanceof Long) return this.long(value, 0x12);
    if (value instanceof Decimal128) return this.copy(value.bytes, 0x13);
    if (value instanceof Binary) return this.binary(value);
    if (value instanceof BSONRegExp) return this.regularExpression(value);
    if (value instanceof BSONSymbol) return this.symbol(value);
    if (value instanceof Code) return this.code(value);
    if (value instanceof MinKey) return 0xff;
    if (value instanceof MaxKey) return 0x7f;
    this.document(value as Doc);
    return 0x03;
  }

  private array(list: readonly Value[]): number {
    const start = this.open();
    for (let index = 0; index < list.length; index += 1) this.element(String(index), list[index] ?? null);
    this.close(start);
    return 0x04;
  }

  private int32(value: number): number {
    this.ensure(4);
    this.at = this.bytes.writeInt32LE(value, this.at);
    return 0x10;
  }

  private double(value: number): number {
    this.ensure(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
    return 0x01;
  }

  private long(value: { low: number; high: number }, type: number): number {
    this.ensure(8);
    this.bytes.writeInt32LE(value.low | 0, this.at);
    this.at = this.bytes.writeInt32LE(value.high | 0, this.at + 4);
    return type;
  }

  private date(value: Date): number {
    const ms = value.getTime();
    const high = Math.floor(ms / 0x100000000);
    this.ensure(8);
    this.bytes.writeInt32LE((ms - high * 0x100000000) | 0, this.at);
    this.at = this.bytes.writeInt32LE(high, this.at + 4);
    return 0x09;
  }

  private raw(bytes: Uint8Array): number {
    return this.copy(bytes, 0x03);
  }

  private binary(value: Binary): number {
    this.ensure(5);
    this.at = this.bytes.writeInt32LE(value.position, this.at);
    this.byte(value.sub_type);
    return this.copy(value.buffer.subarray(0, value.position), 0x05);
  }

  private regularExpression(value: BSONRegExp): number {
    this.ensure((value.pattern.length + value.options.length) * 3 + 2);
    this.cstring(value.pattern);
    this.cstring(value.options);
    return 0x0b;
  }

  private symbol(value: BSONSymbol): number {
    this.string(value.value);
    return 0x0e;
  }

  private code(value: Code): number {
    if (!value.scope) {
      this.string(value.code);
      return 0x0d;
    }
    const start = this.open();
    this.string(value.code);
    this.document(value.scope as Doc);
    this.bytes.writeInt32LE(this.at - start, start);
    return 0x0f;
  }

  private copy(bytes: Uint8Array, type: number): number {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
    return type;
  }

  private string(text: string): void {
    this.ensure(text.length * 3 + 5);
    const lengthAt = this.at;
    this.at += 4;
    this.text(text);
    this.bytes.writeInt32LE(this.at - lengthAt - 3, lengthAt);
    this.bytes[this.at++] = 0;
  }

  /** Room for it must be there already. A NUL inside would end the name early, so it is refused. */
  private cstring(text: string): void {
    if (text.includes('\0')) fail('BadValue', 'a field name or regular expression holds a NUL character');
    this.text(text);
    this.bytes[this.at++] = 0;
  }

  /** UTF-8. Short texts are mostly ASCII: copied here, faster than through Node's encoder. */
  private text(text: string): void {
    if (text.length > SHORT_TEXT_MAX) {
      this.at += this.bytes.write(text, this.at, 'utf8');
      return;
    }
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) {
        this.at += this.bytes.write(text.slice(index), this.at + index, 'utf8') + index;
        return;
      }
      this.bytes[this.at + index] = unit;
    }
    this.at += text.length;
  }

  private byte(value: number): void {
    this.ensure(1);
    this.bytes[this.at++] = value;
  }

  private ensure(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + size));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }
}

const writer = new Writer();
