/** Writes a database into a file, see `archive.ts`. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Collection, Db, Document } from 'mongodb';
import { canonical, collectionLine, endLine, startLine } from './archive.ts';

/** Where a run has come to. `of` is an estimate while an export goes on. */
export interface ArchiveProgress {
  collection: string;
  documents: number;
  of: number;
}

const TOLD_EVERY = 500;
const BATCH_DOCUMENTS = 500;
/** Every value in its own BSON type, not turned into JavaScript's. */
const EXACT = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/**
 * Writes all collections with their indexes; the file appears when it is complete. What is written to the
 * database meanwhile may or may not be in it: stop the program that uses it first.
 * @returns how many documents there are in the file.
 */
export async function exportDatabase(
  db: Db,
  path: string,
  tell: (progress: ArchiveProgress) => void = () => {},
): Promise<number> {
  const unfinished = `${path}.part`;
  const count = { documents: 0 };
  try {
    await pipeline(
      Readable.from(linesOf(db, count, tell)),
      createGzip(),
      createWriteStream(unfinished, { mode: 0o600, flush: true }),
    );
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return count.documents;
}

async function* linesOf(
  db: Db,
  count: { documents: number },
  tell: (progress: ArchiveProgress) => void,
): AsyncGenerator<string> {
  const infos = await collectionsOf(db);
  const counts = await Promise.all(infos.map(({ name }) => db.collection(name).estimatedDocumentCount()));
  const of = counts.reduce((sum, one) => sum + one, 0);
  yield `${startLine(db.databaseName)}\n`;
  for (const { name, options } of infos) {
    const collection = db.collection(name);
    yield `${collectionLine({ name, options, indexes: await indexesOf(collection) })}\n`;
    for await (const document of collection.find({}, { ...EXACT, batchSize: BATCH_DOCUMENTS })) {
      yield `${canonical(document)}\n`;
      count.documents += 1;
      if (count.documents % TOLD_EVERY === 0) tell({ collection: name, documents: count.documents, of });
    }
    tell({ collection: name, documents: count.documents, of });
  }
  yield `${endLine(count.documents)}\n`;
}

/** Without views, which hold nothing, and without the server's own. */
async function collectionsOf(db: Db): Promise<{ name: string; options: Document }[]> {
  const infos = await db.listCollections({ type: 'collection' }, { nameOnly: false }).toArray();
  return infos
    .filter(({ name }) => !name.startsWith('system.'))
    .map(({ name, options = {} }) => ({ name, options: options as Document }));
}

async function indexesOf(collection: Collection): Promise<Document[]> {
  const indexes = (await collection.listIndexes({ ...EXACT }).toArray()) as Document[];
  return indexes
    .filter(({ name }) => name !== '_id_')
    .map(({ v: _version, ns: _namespace, ...index }) => index);
}
