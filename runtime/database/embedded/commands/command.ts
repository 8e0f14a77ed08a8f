/** What a command is, and what it gets to work with. */
import type { Doc } from '../bson/values.ts';
import type { PAUSE } from '../pause.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { Store } from '../storage/store.ts';
import type { Cursors } from './cursors.ts';
import type { Fields } from './fields.ts';
import type { Sessions } from './sessions.ts';

export interface Context {
  store: Store;
  catalog: Catalog;
  cursors: Cursors;
  sessions: Sessions;
  connectionId: number;
  /** Whose cursors these are: the client's session id, if it sent one. */
  sessionKey: string | undefined;
  database: string;
  /** The documents to insert, in bytes. */
  documents: readonly Buffer[] | undefined;
}
/** The answer, without `ok: 1`. */
export type Reply = Doc;
/** A command that rests when its slice of time is over; only reads may. */
export type Task = Generator<typeof PAUSE, Reply>;

/**
 * Every option that MongoDB knows for a command is declared: `supported` ones are done, `ignored` ones change
 * nothing that could be seen here, `refused` ones are an error unless they are off. Any other is unknown.
 */
export interface Options {
  supported?: readonly string[];
  ignored?: readonly string[];
  refused?: readonly string[];
  /** Unknown ones are passed over: later drivers greet with more than we know. */
  isLenient?: boolean;
}
/** A list of names, written in one line. */
export function names(list: string): readonly string[] {
  return list.split(' ');
}

export interface Command {
  /** Writes of one turn share a transaction; reads may rest; a local command touches no data. */
  kind: 'read' | 'write' | 'local';
  options: Options;
  run(fields: Fields, context: Context): Reply | Task;
}
export type CommandTable = Readonly<Record<string, Command>>;
