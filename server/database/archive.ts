/**
 * The file of an exported database: lines of JSON, compressed by gzip. A line that is an array is one of ours, a
 * line that is an object is a document, in MongoDB's canonical extended JSON, of the collection named before it:
 *
 *     ["syncflow-database",{"version":1,"database":"syncflow","exportedAt":"2026-11-22T12:00:00.000Z"}]
 *     ["collection",{"name":"stock","options":{},"indexes":[{"key":{"sku":{"$numberInt":"1"}},"name":"sku_1"}]}]
 *     {"_id":{"$oid":"…"},"sku":"A-1","available":{"$numberInt":"5"}}
 *     ["end",{"documents":1}]
 *
 * The last line proves that the file is complete.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BSON, type Document } from 'mongodb';
import { z } from 'zod';

const { EJSON } = BSON;
const VERSION = 1;

const Start = z.tuple([
  z.literal('syncflow-database'),
  z.object({ version: z.number(), database: z.string(), exportedAt: z.string() }),
]);
const End = z.tuple([z.literal('end'), z.object({ documents: z.number().int().min(0) })]);
const CollectionLine = z.tuple([
  z.literal('collection'),
  z.object({
    name: z.string().min(1),
    options: z.record(z.string(), z.unknown()),
    indexes: z.array(z.record(z.string(), z.unknown())),
  }),
]);

/** A collection without its documents. */
export interface ArchivedCollection {
  name: string;
  /** As `createCollection` takes them. */
  options: Document;
  /** As `createIndexes` takes them, without the one of `_id`. */
  indexes: Document[];
}
/** What a line says. */
export type ArchiveEntry =
  | { kind: 'start' }
  | { kind: 'collection'; collection: ArchivedCollection }
  | { kind: 'document'; document: Document; bytes: number }
  | { kind: 'end'; documents: number };

export function startLine(database: string): string {
  return JSON.stringify(['syncflow-database', { version: VERSION, database, exportedAt: new Date() }]);
}

export function collectionLine(collection: ArchivedCollection): string {
  return `["collection",${canonical(collection)}]`;
}

export function canonical(document: object): string {
  return EJSON.stringify(document, { relaxed: false });
}

export function endLine(documents: number): string {
  return JSON.stringify(['end', { documents }]);
}

/**
 * Reads a file entry by entry.
 * @throws {Error} with a sentence for the user when it is no such file, is damaged, or ends too early.
 */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  let number = 0;
  let isComplete = false;
  for await (const line of linesOf(path)) {
    number += 1;
    const entry = entryOf(line, number, path);
    if ((number === 1) !== (entry.kind === 'start') || isComplete) throw damaged(path, number);
    isComplete = entry.kind === 'end';
    yield entry;
  }
  if (!isComplete) {
    throw new Error(`The file ${path} ends too early: the export was not finished, or the file was cut off.`);
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) throw new Error(`There is no file ${path}.`);
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  try {
    let rest = '';
    // Not by Node's readline: it takes U+2028 for the end of a line too, which may stand in any text.
    for await (const chunk of file.pipe(unpacked).setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') yield rest;
  } catch (error) {
    throw new Error(
      `The file ${path} can't be unpacked: it is no export of this program, or it is damaged.`,
      {
        cause: error,
      },
    );
  } finally {
    file.destroy();
  }
}

function entryOf(line: string, number: number, path: string): ArchiveEntry {
  try {
    if (!line.startsWith('[')) {
      const document = EJSON.parse(line, { relaxed: false }) as Document;
      return { kind: 'document', document, bytes: line.length };
    }
    const [kind] = JSON.parse(line) as unknown[];
    if (kind === 'end') return { kind, documents: End.parse(JSON.parse(line))[1].documents };
    if (kind === 'collection') {
      // Checked as it stands, then with its BSON types.
      CollectionLine.parse(JSON.parse(line));
      const [, collection] = EJSON.parse(line, { relaxed: false }) as [string, ArchivedCollection];
      return { kind, collection };
    }
    const [, { version }] = Start.parse(JSON.parse(line));
    if (version === VERSION) return { kind: 'start' };
  } catch (error) {
    throw damaged(path, number, error);
  }
  throw new Error(
    `The file ${path} was written by a later version of this program. Import it with that one.`,
  );
}

function damaged(path: string, line: number, cause?: unknown): Error {
  return new Error(`The file ${path} is no export of this program, or it is damaged (line ${line}).`, {
    cause,
  });
}
