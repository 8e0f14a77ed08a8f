/**
 * Marks of the keys that were drained from a SKU's journal, kept in its document: a Bloom filter. A key without its marks
 * was never drained, so nobody needs to look it up in the movements; a key with them may have been. It changes in the
 * write that raises the journal's epoch, so whoever knows the epoch knows whether his copy is the current one.
 * (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970.)
 */
import { hash } from 'node:crypto';
import { Binary } from 'mongodb';

/** 8,192 bits and five marks for each key: of 1,000 keys 2 in 100 others look drained, of 2,000 17 in 100. */
const BYTES = 1_024;
const BITS = BYTES * 8;
const MARKS = 5;
/** Beyond so many marked bits every third key looks drained: the filter is given up, and every key is looked up. */
const MARKED_MAX = 0.8 * BITS;

/** `bits`: the filter; null: none is kept. With a journal that was never drained, no key was. */
export function mayBeDrained(bits: Uint8Array | null, journalEpoch: number, key: string): boolean {
  if (journalEpoch === 0) return false;
  return bits === null || marksOf(key).every((mark) => isMarked(bits, mark));
}

/** The filter with more keys; null when there are too many of them, or when earlier ones were not marked. */
export function withMarks(
  bits: Uint8Array | null,
  journalEpoch: number,
  keys: readonly string[],
): Uint8Array | null {
  if (bits === null && journalEpoch > 0) return null;
  const marked = bits === null ? new Uint8Array(BYTES) : Uint8Array.from(bits);
  for (const mark of keys.flatMap(marksOf)) marked[mark >> 3] = (marked[mark >> 3] ?? 0) | (1 << (mark & 7));
  return countOf(marked) > MARKED_MAX ? null : marked;
}

/** A filter as it is stored, in memory of its own: a part of a message would keep the whole message. */
export function bitsOf(stored: Binary | null | undefined): Uint8Array | null {
  return stored ? Uint8Array.from(stored.value()) : null;
}

export function storedBits(bits: Uint8Array | null): Binary | null {
  return bits === null ? null : new Binary(bits);
}

function isMarked(bits: Uint8Array, mark: number): boolean {
  return ((bits[mark >> 3] ?? 0) & (1 << (mark & 7))) !== 0;
}

/** Two halves of one hash make all marks (A. Kirsch, M. Mitzenmacher, "Less hashing, same performance", 2006). */
function marksOf(key: string): number[] {
  const digest = hash('sha1', key, 'buffer');
  // An odd step never comes back to a mark that it has made. (An `|` alone would make it negative half of the time.)
  const [first, step] = [digest.readUInt32LE(0), (digest.readUInt32LE(4) | 1) >>> 0];
  return Array.from({ length: MARKS }, (_, index) => (first + index * step) % BITS);
}

function countOf(bits: Uint8Array): number {
  let count = 0;
  for (const byte of bits) for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
