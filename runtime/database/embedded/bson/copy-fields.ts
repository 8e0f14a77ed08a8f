/** Projections of whole fields, on the bytes of a document. */
import { Reader } from './decode.ts';

/** The length, which is known at the end. */
const HEAD = Buffer.alloc(4);
const FOOT = Buffer.alloc(1);

/**
 * The document with the fields that `names` keeps (or, `isDropped`, without them), as bytes and without a look at their
 * values; `_id` first.
 */
export function copyFields(bytes: Uint8Array, names: ReadonlySet<string>, isDropped: boolean): Buffer {
  const reader = new Reader(bytes, 0);
  const kept: Buffer[] = [HEAD];
  const end = reader.enter();
  for (let left = names.size; (isDropped || left > 0) && reader.at < end; ) {
    const start = reader.at;
    const type = reader.byte();
    const name = reader.name();
    reader.pass(type);
    const isNamed = names.has(name);
    if (isNamed) left -= 1;
    if (isNamed === isDropped) continue;
    const field = reader.since(start);
    if (name === '_id') kept.splice(1, 0, field);
    else kept.push(field);
  }
  kept.push(FOOT);
  const copy = Buffer.concat(kept);
  copy.writeInt32LE(copy.length, 0);
  return copy;
}
