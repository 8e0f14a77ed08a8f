/**
 * Index keys: bytes whose plain byte order is MongoDB's order of the values. A key of several fields is the
 * keys of its fields one after another; no key of a value is the beginning of another value's key, so all
 * entries with a given first field stand between `key` and `keyAfter(key)`.
 */
import { Binary, BSONRegExp, Code, Decimal128, Long, ObjectId, Timestamp } from 'bson';
import { toDouble, toExact } from './numbers.ts';
import { EMPTY_ARRAY, type KeyValue } from './paths.ts';
import { BRACKET, bracketOf, type Doc, type NumberValue, type Value } from './values.ts';

/** The key of one value for each field; a field with a negative direction sorts downwards. */
export function keyOf(values: readonly KeyValue[], directions?: readonly number[]): Buffer {
  writer.at = 0;
  for (let index = 0; index < values.length; index += 1) {
    const start = writer.at;
    writer.value(values[index]);
    if ((directions?.[index] ?? 1) < 0) writer.invert(start);
  }
  return Buffer.from(writer.bytes.subarray(0, writer.at));
}

/** The same value has the same text; for maps and sets of values. */
export function identityOf(value: Value): string {
  return keyOf([value]).toString('latin1');
}

/** The least key above all keys that begin with this one. Needs a byte below 255, which every type byte is. */
export function keyAfter(key: Buffer): Buffer {
  let length = key.length;
  while (length > 0 && key[length - 1] === 0xff) length -= 1;
  const after = Buffer.from(key.subarray(0, length));
  if (length > 0) after[length - 1] = (after[length - 1] ?? 0) + 1;
  return after;
}

/** Where the keys of one type begin and end, for a field of this direction. */
export function typeRange(bracket: number, direction: number): [from: Buffer, to: Buffer] {
  const first = direction < 0 ? bracket ^ 0xff : bracket;
  return [Buffer.from([first]), Buffer.from([first + 1])];
}

/** The beginning of the keys of all strings that begin so (ascending fields). */
export function stringPrefixKey(prefix: string): Buffer {
  const key = keyOf([prefix]);
  return key.subarray(0, key.length - 2);
}

// A number is its nearest double; longs and decimals that no double can hold follow with all their digits.
const BELOW_DOUBLE = 0x40;
const IS_DOUBLE = 0x80;
const ABOVE_DOUBLE = 0xc0;

class KeyWriter {
  at = 0;
  bytes = Buffer.allocUnsafeSlow(1024);

  value(value: KeyValue): void {
    if (value === EMPTY_ARRAY) {
      this.byte(BRACKET.emptyArray);
      return;
    }
    const bracket = bracketOf(value);
    this.byte(bracket);
    if (bracket === BRACKET.number) this.number(value as NumberValue);
    else if (bracket === BRACKET.string) this.text(String(value));
    else if (bracket === BRACKET.object) this.document(value as Doc);
    else if (bracket === BRACKET.bool) this.byte(value ? 1 : 0);
    else if (Array.isArray(value)) {
      for (const element of value) this.value(element);
      this.byte(0);
    } else this.other(value);
  }

  invert(start: number): void {
    for (let at = start; at < this.at; at += 1) this.bytes[at] = (this.bytes[at] ?? 0) ^ 0xff;
  }

  private other(value: Value): void {
    if (value instanceof Date) this.double(value.getTime());
    else if (value instanceof ObjectId) this.raw(value.id);
    else if (value instanceof Timestamp) this.timestamp(value);
    else if (value instanceof Binary) this.binary(value);
    else if (value instanceof BSONRegExp) {
      this.text(value.pattern);
      this.text(value.options);
    } else if (value instanceof Code) {
      this.text(value.code);
      this.value(value.scope as Doc | null | undefined);
    }
  }

  private number(value: NumberValue): void {
    const double = toDouble(value);
    this.double(double);
    const isWide = value instanceof Long || value instanceof Decimal128;
    if (!isWide || Number.isNaN(double) || (value instanceof Long && Number.isSafeInteger(double)))
      this.byte(IS_DOUBLE);
    else this.digits(value, double);
  }

  /** Sign of the difference to the nearest double, then the number itself: sign, exponent, digits. */
  private digits(value: NumberValue, double: number): void {
    const exact = toExact(value);
    const near = toExact(double);
    const order =
      typeof exact === 'string'
        ? 0
        : typeof near === 'string'
          ? -Math.sign(double)
          : compareUnits(exact, near);
    this.byte(order === 0 ? IS_DOUBLE : order < 0 ? BELOW_DOUBLE : ABOVE_DOUBLE);
    if (order === 0 || typeof exact === 'string') return;
    const start = this.at;
    const negative = exact.units < 0n;
    const digits = String(negative ? -exact.units : exact.units).replace(/0+$/, '');
    const magnitude = String(negative ? -exact.units : exact.units).length + exact.exponent;
    this.byte(((magnitude + 0x8000) >> 8) & 0xff);
    this.byte(magnitude & 0xff);
    this.raw(Buffer.from(digits, 'latin1'));
    this.byte(0);
    if (negative) this.invert(start);
  }

  private double(value: number): void {
    this.ensure(8);
    const at = this.at;
    this.at += 8;
    if (Number.isNaN(value)) {
      this.bytes.fill(0, at, this.at);
      return;
    }
    this.bytes.writeDoubleBE(value === 0 ? 0 : value, at);
    const negative = (this.bytes[at] ?? 0) >= 0x80;
    if (negative) this.invert(at);
    else this.bytes[at] = (this.bytes[at] ?? 0) | 0x80;
  }

  private document(doc: Doc): void {
    for (const name of Object.keys(doc)) {
      this.byte(bracketOf(doc[name]));
      this.text(name);
      this.value(doc[name]);
    }
    this.byte(0);
  }

  /** UTF-8, closed by 00 01; a NUL inside becomes 00 ff. */
  private text(text: string): void {
    this.ensure(text.length * 3 + 2);
    const start = this.at;
    this.at += this.bytes.write(text, start, 'utf8');
    if (text.includes('\0')) {
      const escaped = Buffer.from(
        this.bytes.toString('latin1', start, this.at).replaceAll('\0', '\0\xff'),
        'latin1',
      );
      this.at = start;
      this.raw(escaped);
    }
    this.byte(0);
    this.byte(1);
  }

  private timestamp(value: Timestamp): void {
    this.ensure(8);
    this.bytes.writeUInt32BE(value.t, this.at);
    this.at = this.bytes.writeUInt32BE(value.i, this.at + 4);
  }

  private binary(value: Binary): void {
    this.ensure(4);
    this.at = this.bytes.writeUInt32BE(value.position, this.at);
    this.byte(value.sub_type);
    this.raw(value.value());
  }

  private raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private byte(value: number): void {
    this.ensure(1);
    this.bytes[this.at++] = value;
  }

  private ensure(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow((this.at + size) * 2);
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }
}

function compareUnits(
  left: { units: bigint; exponent: number },
  right: { units: bigint; exponent: number },
): number {
  const exponent = Math.min(left.exponent, right.exponent);
  const a = left.units * 10n ** BigInt(left.exponent - exponent);
  const b = right.units * 10n ** BigInt(right.exponent - exponent);
  return a < b ? -1 : a > b ? 1 : 0;
}

const writer = new KeyWriter();
