/**
 * A collection as one client sees it. Every filter carries the client id by construction, so a query of one
 * client can't reach another's documents, whatever the caller forgets.
 */
import type {
  AggregateOptions,
  AnyBulkWriteOperation,
  BulkWriteOptions,
  BulkWriteResult,
  Collection,
  CountDocumentsOptions,
  Db,
  DeleteResult,
  Document,
  Filter,
  FindCursor,
  FindOneAndUpdateOptions,
  FindOptions,
  MatchKeysAndValues,
  OptionalUnlessRequiredId,
  UpdateFilter,
  UpdateOptions,
  UpdateResult,
  WithId,
} from 'mongodb';
import type { ClientId } from '../ids.ts';

export interface ClientDocument {
  readonly clientId: ClientId;
}

/** One of many updates that go to the database together. */
export interface SingleUpdate<Doc> {
  readonly filter: Filter<Doc>;
  readonly update: UpdateFilter<Doc>;
  readonly upsert?: boolean;
}

export class ClientCollection<Doc extends ClientDocument & { readonly _id: unknown }> {
  readonly #collection: Collection<Doc>;
  readonly #clientId: ClientId;

  constructor(db: Db, name: string, clientId: ClientId) {
    this.#collection = db.collection<Doc>(name);
    this.#clientId = clientId;
  }

  find(filter: Filter<Doc>, options?: FindOptions): FindCursor<WithId<Doc>> {
    return this.#collection.find(this.#ours(filter), options);
  }

  findOne(filter: Filter<Doc>, options?: FindOptions): Promise<WithId<Doc> | null> {
    return this.#collection.findOne(this.#ours(filter), options);
  }

  findOneAndUpdate(
    filter: Filter<Doc>,
    update: UpdateFilter<Doc>,
    options: FindOneAndUpdateOptions = {},
  ): Promise<WithId<Doc> | null> {
    return this.#collection.findOneAndUpdate(this.#ours(filter), update, options);
  }

  updateOne(
    filter: Filter<Doc>,
    update: UpdateFilter<Doc>,
    options?: UpdateOptions,
  ): Promise<UpdateResult<Doc>> {
    return this.#collection.updateOne(this.#ours(filter), update, options);
  }

  updateMany(filter: Filter<Doc>, update: UpdateFilter<Doc>): Promise<UpdateResult<Doc>> {
    return this.#collection.updateMany(this.#ours(filter), update);
  }

  deleteMany(filter: Filter<Doc>): Promise<DeleteResult> {
    return this.#collection.deleteMany(this.#ours(filter));
  }

  /** Inserts what is not there yet; true when this call inserted it. A document that exists stays as it is. */
  async insertIfAbsent(document: OptionalUnlessRequiredId<Doc> & Doc): Promise<boolean> {
    this.#mustBeOurs(document);
    try {
      await this.#collection.insertOne(document);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Inserts many, in any order; those that are there already stay as they are.
   * @returns for each of them whether this call inserted it.
   */
  async insertAbsent(documents: readonly (OptionalUnlessRequiredId<Doc> & Doc)[]): Promise<boolean[]> {
    if (documents.length === 0) return [];
    for (const document of documents) this.#mustBeOurs(document);
    try {
      await this.#collection.insertMany([...documents], { ordered: false });
      return documents.map(() => true);
    } catch (error) {
      const there = duplicatesIn(error);
      if (!there) throw error;
      return documents.map((_document, index) => !there.has(index));
    }
  }

  /** Updates of single documents in one round trip; every filter is bound to the client. */
  updateEach(
    updates: readonly SingleUpdate<Doc>[],
    options: BulkWriteOptions = { ordered: true },
  ): Promise<BulkWriteResult> {
    const operations = updates.map(({ filter, update, upsert = false }) => ({
      updateOne: { filter: this.#ours(filter), update, upsert },
    }));
    return this.#collection.bulkWrite(operations as AnyBulkWriteOperation<Doc>[], options);
  }

  /** @returns whether there was one. For what people take back; the truth about stock and orders is never deleted. */
  async deleteOne(filter: Filter<Doc>): Promise<boolean> {
    return (await this.#collection.deleteOne(this.#ours(filter))).deletedCount === 1;
  }

  count(filter: Filter<Doc>, options?: CountDocumentsOptions): Promise<number> {
    return this.#collection.countDocuments(this.#ours(filter), options);
  }

  aggregate<Result extends Document>(
    pipeline: readonly Document[],
    options?: AggregateOptions,
  ): Promise<Result[]> {
    return this.#collection
      .aggregate<Result>([{ $match: { clientId: this.#clientId } }, ...pipeline], options)
      .toArray();
  }

  #ours(filter: Filter<Doc>): Filter<Doc> {
    const bound: MatchKeysAndValues<ClientDocument> = { clientId: this.#clientId };
    return { ...filter, ...bound } as Filter<Doc>;
  }

  #mustBeOurs(document: ClientDocument): void {
    if (document.clientId !== this.#clientId)
      throw new Error('a document of another client was about to be written');
  }
}

const DUPLICATE_KEY = 11000;

/** Whether a write failed because a unique key is taken. */
function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY;
}

/** The positions of the documents that were there already; null when anything else went wrong as well. */
function duplicatesIn(error: unknown): Set<number> | null {
  if (!isDuplicateKey(error) || !(error instanceof Error) || !('writeErrors' in error)) return null;
  const writeErrors = [error.writeErrors].flat() as readonly {
    readonly code?: number;
    readonly index: number;
  }[];
  if (writeErrors.some(({ code }) => code !== DUPLICATE_KEY)) return null;
  return new Set(writeErrors.map(({ index }) => index));
}
