/** Proves that a data folder is whole: readable, valid, and with indexes that say what the documents say. */
import { decode } from '../bson/decode.ts';
import { validate } from '../bson/validate.ts';
import { Catalog } from './catalog.ts';
import type { Collection } from './collection.ts';
import type { CollectionIndex } from './collection-index.ts';
import { Store } from './store.ts';
import type { StoredRow } from './tables.ts';

/** What a check has looked at and found. */
export interface CheckReport {
  collections: number;
  documents: number;
  /** Index entries. */
  entries: number;
  /** One sentence for each thing that is not as it should be; the check is passed when there is none. */
  disagreements: string[];
}

const PORTION_ROWS = 500;
const DISAGREEMENTS_MAX = 1_000;

/**
 * Checks all that is in `dir`, which no server may have open. Changes nothing.
 * @throws {Error} with a sentence for the user when the folder can't be opened: in use, damaged, not ours.
 */
export function check(dir: string): CheckReport {
  const store = new Store(dir);
  try {
    const report: CheckReport = { collections: 0, documents: 0, entries: 0, disagreements: [] };
    const findings = store.prepare('PRAGMA integrity_check(100)').all() as unknown as [string][];
    for (const [finding] of findings) if (finding !== 'ok') report.disagreements.push(`the file: ${finding}`);
    for (const collection of new Catalog(store).list()) checkCollection(collection, report);
    return report;
  } finally {
    store.close();
  }
}

function checkCollection(collection: Collection, report: CheckReport): void {
  report.collections += 1;
  const wanted = new Map(collection.indexes.map((index) => [index, 0]));
  for (const row of documentsOf(collection)) {
    report.documents += 1;
    checkDocument(collection, row, wanted, report);
  }
  for (const [index, count] of wanted) checkEntries(collection, index, count, report);
}

/** Is the document valid, and does each index have the entries that it should have? Counts these in `wanted`. */
function checkDocument(
  collection: Collection,
  { rid, bytes }: StoredRow,
  wanted: Map<CollectionIndex, number>,
  report: CheckReport,
): void {
  const where = `${collection.namespace}, document ${rid}`;
  const copy = Buffer.from(bytes);
  const problem = problemOf(() => {
    if (validate(copy, 0, copy.length) !== copy.length) throw new Error('bytes follow its end');
  });
  if (problem !== undefined) {
    note(report, `${where}: the document is not valid (${problem})`);
    return;
  }
  const doc = decode(copy);
  for (const index of collection.indexes) {
    const { entries, multikey } = index.entriesOf(doc);
    wanted.set(index, (wanted.get(index) ?? 0) + entries.length);
    if (multikey?.some((isArray, at) => isArray && !index.stored.multikey[at])) {
      note(report, `${where}: holds an array where the index ${index.name} knows of none`);
    }
    for (const { key } of entries) {
      if (!index.table.has(key, rid)) note(report, `${where}: has no entry in the index ${index.name}`);
    }
  }
}

/** Has the index nothing that no document asks for, and is a unique one unique? */
function checkEntries(
  collection: Collection,
  index: CollectionIndex,
  wanted: number,
  report: CheckReport,
): void {
  const found = index.table.size();
  report.entries += found;
  const where = `${collection.namespace}, index ${index.name}`;
  if (index.isUnique) {
    const repeated = index.table.repeatedKeys();
    if (repeated > 0)
      note(report, `${where}: ${repeated} keys of a unique index belong to more than one document`);
  }
  if (found === wanted) return;
  for (const { rid, key } of entriesOf(index)) {
    const bytes = collection.documents.get(rid);
    const isWanted = bytes && index.entriesOf(decode(bytes)).entries.some((entry) => entry.key.equals(key));
    if (!isWanted) note(report, `${where}: has an entry that document ${rid} does not have`);
  }
}

function* documentsOf({ documents }: Collection): Generator<StoredRow> {
  let last: number | undefined;
  for (;;) {
    const rows = documents.scan(last, PORTION_ROWS, false);
    yield* rows;
    if (rows.length < PORTION_ROWS) return;
    last = rows.at(-1)?.rid;
  }
}

function* entriesOf({ table }: CollectionIndex): Generator<{ rid: number; key: Uint8Array }> {
  let last: { rid: number; key: Uint8Array } | undefined;
  for (;;) {
    const entries = table.entriesAfter(last, PORTION_ROWS);
    yield* entries;
    if (entries.length < PORTION_ROWS) return;
    last = entries.at(-1);
  }
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}

function note(report: CheckReport, sentence: string): void {
  if (report.disagreements.length < DISAGREEMENTS_MAX) report.disagreements.push(sentence);
}
