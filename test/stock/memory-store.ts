/**
 * A database in memory for simulations: the embedded database's own filters, updates and projections over BSON bytes,
 * without its server, so that a step takes microseconds. A step on one document is atomic, as it is in MongoDB.
 */
import { BSON } from 'mongodb';
import { decode } from '#runtime/database/embedded/bson/decode.ts';
import { encode } from '#runtime/database/embedded/bson/encode.ts';
import { compileSort, parseSort, sortBy } from '#runtime/database/embedded/bson/sort.ts';
import type { Doc, Value } from '#runtime/database/embedded/bson/values.ts';
import { fail } from '#runtime/database/embedded/errors.ts';
import { compileFilter } from '#runtime/database/embedded/filter/filter.ts';
import { compileFindProjection } from '#runtime/database/embedded/projection/find-projection.ts';
import { compileUpdate } from '#runtime/database/embedded/update/update.ts';

export type Document = Record<string, unknown>;
export interface FindOptions {
  readonly projection?: Document;
  readonly sort?: Document;
  readonly limit?: number;
}

const noExpressions = () => fail('BadValue', 'a simulation has no expressions');
/** The same filters and updates come again and again in shape, but not in content: nothing is kept of them. */
const asDoc = (plain: Document): Doc => decode(BSON.serialize(plain));

export class MemoryStore {
  readonly #collections = new Map<string, Map<string, Buffer>>();

  find(collection: string, filter: Document, { projection, sort, limit }: FindOptions = {}): Document[] {
    const test = compileFilter(asDoc(filter));
    let found = this.#candidates(collection, filter)
      .map((bytes) => decode(bytes))
      .filter((doc) => test(doc));
    if (sort) {
      found = sortBy(found, compileSort(parseSort(asDoc(sort))), (doc) => doc);
    }
    if (limit) found = found.slice(0, limit);
    return found.map((doc) => this.#shown(doc, projection));
  }

  /** @returns the document after the update; null when none matched. */
  update(collection: string, filter: Document, update: Document, projection?: Document): Document | null {
    const test = compileFilter(asDoc(filter));
    const candidate = this.#candidates(collection, filter).find((bytes) => test(decode(bytes)));
    if (!candidate) return null;
    const compiled = compileUpdate(asDoc(update), { arrayFilters: [], pipeline: noExpressions });
    const after = compiled.apply(decode(candidate), { isInsert: false, now: new Date() });
    this.#of(collection).set(String(after._id), encode(after));
    return this.#shown(after, projection);
  }

  /** @returns false when there is one of this `_id` already. */
  insert(collection: string, document: Document): boolean {
    const documents = this.#of(collection);
    const id = String(document._id);
    if (documents.has(id)) return false;
    documents.set(id, Buffer.from(BSON.serialize(document, { ignoreUndefined: false })));
    return true;
  }

  #of(collection: string): Map<string, Buffer> {
    const documents = this.#collections.get(collection) ?? new Map<string, Buffer>();
    this.#collections.set(collection, documents);
    return documents;
  }

  #candidates(collection: string, { _id }: Document): Buffer[] {
    const documents = this.#of(collection);
    const among = (_id as { readonly $in?: readonly string[] } | undefined)?.$in;
    if (typeof _id !== 'string' && !among) return [...documents.values()];
    return (among ?? [_id as string]).flatMap((id) => documents.get(id) ?? []);
  }

  #shown(doc: Doc, projection: Document | undefined): Document {
    const compile = (_expression: Value) => noExpressions();
    const shown = projection ? compileFindProjection(asDoc(projection), compile, {}).apply(doc) : doc;
    return BSON.deserialize(encode(shown));
  }
}
