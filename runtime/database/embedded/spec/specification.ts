/**
 * MongoDB's specifications: the files of the unified test format as far as this runner reads them, the BSON corpus.
 * Source: https://github.com/mongodb/specifications/blob/master/source/unified-test-format/unified-test-format.md
 *
 * They are CC BY-NC-SA, so they stay outside this repository: `../shared/specs/mongodb`, or below the folder that
 * SYNCFLOW_SHARED names.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, type Document } from 'mongodb';

export interface Requirement {
  minServerVersion?: string;
  maxServerVersion?: string;
  topologies?: string[];
  serverless?: 'require' | 'forbid' | 'allow';
  auth?: boolean;
}
export interface ExpectedError {
  isClientError?: boolean;
  errorContains?: string;
  errorCode?: number;
  errorCodeName?: string;
  errorLabelsContain?: string[];
  errorLabelsOmit?: string[];
  errorResponse?: Document;
  expectResult?: unknown;
  writeErrors?: Record<string, Document>;
  writeConcernErrors?: Document[];
}
export interface Operation {
  name: string;
  object: string;
  arguments?: Document;
  expectError?: ExpectedError;
  expectResult?: unknown;
  saveResultAsEntity?: string;
  ignoreResultAndError?: boolean;
}
export interface ExpectedEvents {
  client: string;
  eventType?: 'command' | 'cmap';
  ignoreExtraEvents?: boolean;
  /** Each with one field, the event's name: `{ commandStartedEvent: { command } }`. */
  events: Record<string, Document>[];
}
export interface CollectionData {
  databaseName: string;
  collectionName: string;
  documents: Document[];
  createOptions?: Document;
}
export interface Case {
  description: string;
  runOnRequirements?: Requirement[];
  skipReason?: string;
  operations: Operation[];
  expectEvents?: ExpectedEvents[];
  outcome?: CollectionData[];
}
/** Each with one field, the kind: `{ client: { id } }`. */
export type EntityDefinition = Record<string, Document>;

/** One file. */
export interface Specification {
  /** Without its ending. */
  file: string;
  runOnRequirements?: Requirement[];
  createEntities?: EntityDefinition[];
  initialData?: CollectionData[];
  tests: Case[];
}

const SHARED = process.env.SYNCFLOW_SHARED ?? join(import.meta.dirname, '../../../../../shared');
export const SPECIFICATIONS = join(SHARED, 'specs', 'mongodb');

/** Whether the specifications are on this machine. */
export function isPresent(): boolean {
  return existsSync(SPECIFICATIONS);
}

/** All files of one suite, by name. */
export function readSuite(suite: string): Specification[] {
  const tests = join(SPECIFICATIONS, suite, 'tests');
  const folder = existsSync(join(tests, 'unified')) ? join(tests, 'unified') : tests;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      ...(BSON.EJSON.parse(readFileSync(join(folder, name), 'utf8')) as Specification),
      file: name.slice(0, -'.json'.length),
    }));
}

/** One file of the BSON corpus; bytes are in hexadecimal. */
export interface CorpusFile {
  description: string;
  valid?: {
    description: string;
    canonical_bson: string;
    degenerate_bson?: string;
    canonical_extjson: string;
  }[];
  decodeErrors?: { description: string; bson: string }[];
}

export function readCorpus(): CorpusFile[] {
  const folder = join(SPECIFICATIONS, 'bson-corpus', 'tests');
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as CorpusFile);
}
