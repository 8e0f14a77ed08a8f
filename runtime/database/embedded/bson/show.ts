/** Values in error messages, in the manner of MongoDB's shell. */
import { Binary, BSONRegExp, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import { type Doc, typeOf, type Value } from './values.ts';

const LENGTH_MAX = 500;

/** One line, cut off when it is long: `{ _id: ObjectId('…'), qty: 1 }`. */
export function show(value: Value): string {
  const text = render(value, 8);
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}...` : text;
}

function render(value: Value, depth: number): string {
  if (depth === 0) return '...';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LENGTH_MAX));
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) {
    const list = value.slice(0, 20).map((element) => render(element, depth - 1));
    return list.length ? `[ ${list.join(', ')} ]` : '[]';
  }
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Decimal128) return `Decimal128('${value.toString()}')`;
  if (value instanceof Double)
    return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (value instanceof Binary)
    return `BinData(${value.sub_type}, ${value.toString('hex').slice(0, 64).toUpperCase()})`;
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`;
  return typeOf(value) === 'object' ? renderDocument(value as Doc, depth) : String(value);
}

function renderDocument(doc: Doc, depth: number): string {
  const fields = Object.keys(doc)
    .slice(0, 20)
    .map((name) => `${name}: ${render(doc[name], depth - 1)}`);
  return fields.length ? `{ ${fields.join(', ')} }` : '{}';
}
