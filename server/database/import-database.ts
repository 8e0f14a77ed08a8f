/** Reads a file, see `archive.ts`, into a database. */
import { type Collection, type Db, type Document, MongoBulkWriteError } from 'mongodb';
import { type ArchivedCollection, readArchive } from './archive.ts';
import type { ArchiveProgress } from './export-database.ts';

export interface ImportOptions {
  /** Import although there are documents: those whose `_id` is taken stay as they are. */
  intoExisting?: boolean;
  tell?: (progress: ArchiveProgress) => void;
}
export interface ImportResult {
  imported: number;
  /** Documents that were left out, because there is one with their `_id` or another unique key. */
  leftOut: number;
}

const BATCH_DOCUMENTS = 1_000;
const BATCH_BYTES = 8 * 1024 * 1024;
const DUPLICATE_KEY = 11000;

/**
 * Reads the file twice: first to the end, so that nothing is begun with a damaged one, then into the database.
 * The indexes of a collection are made when its documents are there.
 * @throws {Error} with a sentence for the user when the database is not empty, or the file is not right.
 */
export async function importDatabase(
  db: Db,
  path: string,
  { intoExisting = false, tell = () => {} }: ImportOptions = {},
): Promise<ImportResult> {
  const of = await documentsIn(path);
  if (!intoExisting && (await db.listCollections({}, { nameOnly: true }).toArray()).length > 0) {
    throw new Error(
      `The database ${db.databaseName} is not empty. Nothing was changed. Choose an empty one, or add --into-existing: documents whose _id is there already then stay as they are.`,
    );
  }
  const result: ImportResult = { imported: 0, leftOut: 0 };
  let target: Target | undefined;
  for await (const entry of readArchive(path)) {
    if (entry.kind === 'collection' || entry.kind === 'end') await target?.finish();
    if (entry.kind === 'collection') {
      target = await openTarget(db, entry.collection, intoExisting, result);
    } else if (entry.kind === 'document') {
      if (!target) throw new Error(`The file ${path} has a document before its first collection.`);
      if (await target.add(entry.document, entry.bytes)) {
        tell({ collection: target.name, documents: result.imported + result.leftOut, of });
      }
    }
  }
  tell({ collection: target?.name ?? '', documents: result.imported + result.leftOut, of });
  return result;
}

/** Reads the whole file, which proves that it is right. */
async function documentsIn(path: string): Promise<number> {
  let found = 0;
  for await (const entry of readArchive(path)) {
    if (entry.kind === 'document') found += 1;
    if (entry.kind === 'end' && entry.documents !== found) {
      throw new Error(`The file ${path} should have ${entry.documents} documents but has ${found}.`);
    }
  }
  return found;
}

async function openTarget(
  db: Db,
  archived: ArchivedCollection,
  intoExisting: boolean,
  result: ImportResult,
): Promise<Target> {
  const isThere =
    (await db.listCollections({ name: archived.name }, { nameOnly: true }).toArray()).length > 0;
  if (!isThere) await db.createCollection(archived.name, archived.options);
  return new Target(db, archived, intoExisting, result);
}

/** Gathers the documents of one collection and writes them in batches. */
class Target {
  readonly name: string;
  private readonly db: Db;
  private readonly collection: Collection;
  private readonly indexes: Document[];
  private readonly intoExisting: boolean;
  private readonly result: ImportResult;
  private batch: Document[] = [];
  private bytes = 0;

  constructor(db: Db, { name, indexes }: ArchivedCollection, intoExisting: boolean, result: ImportResult) {
    this.name = name;
    this.db = db;
    this.collection = db.collection(name, { ignoreUndefined: false });
    this.indexes = indexes;
    this.intoExisting = intoExisting;
    this.result = result;
  }

  /** True when a batch was written. */
  async add(document: Document, bytes: number): Promise<boolean> {
    this.batch.push(document);
    this.bytes += bytes;
    if (this.batch.length < BATCH_DOCUMENTS && this.bytes < BATCH_BYTES) return false;
    await this.write();
    return true;
  }

  async finish(): Promise<void> {
    await this.write();
    if (this.indexes.length > 0) {
      await this.db.command({ createIndexes: this.name, indexes: this.indexes });
    }
  }

  private async write(): Promise<void> {
    const { batch } = this;
    this.batch = [];
    this.bytes = 0;
    if (batch.length === 0) return;
    const duplicates = await this.insert(batch);
    this.result.imported += batch.length - duplicates;
    this.result.leftOut += duplicates;
  }

  /** How many of them are there already. */
  private async insert(batch: Document[]): Promise<number> {
    try {
      await this.collection.insertMany(batch, { ordered: false });
      return 0;
    } catch (error) {
      const errors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
      const isLeftOut = errors.length > 0 && errors.every(({ code }) => code === DUPLICATE_KEY);
      if (!isLeftOut || !this.intoExisting) throw error;
      return errors.length;
    }
  }
}
