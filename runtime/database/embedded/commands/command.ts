/** What a command is, and what it gets to work with. */
import type { Doc } from '../bson/values.ts';
import type { PAUSE, Wait } from '../pause.ts';
import type { Catalog } from '../storage/catalog.ts';
import type { ChangeLog } from '../storage/change-log.ts';
import type { Store } from '../storage/store.ts';
import type { Cursors } from './cursors.ts';
import type { Fields } from './fields.ts';
import type { Sessions } from './sessions.ts';
import type { Statistics } from './statistics.ts';
import type { Transactions } from './transactions.ts';

export interface Context {
  store: Store;
  catalog: Catalog;
  cursors: Cursors;
  sessions: Sessions;
  transactions: Transactions;
  changeLog: ChangeLog;
  statistics: Statistics;
  connectionId: number;
  /** Whose cursors these are: the client's session id, if it sent one. */
  sessionKey: string | undefined;
  database: string;
  /** The documents to insert, in bytes. */
  documents: readonly Buffer[] | undefined;
  /** A statement of a transaction: what it reads is there only until it ends. */
  isInTransaction: boolean;
}
/** The answer, without `ok: 1`. */
export type Reply = Doc;
/** A command that rests when its slice of time is over, or waits for news; only reads may. */
export type Task = Generator<typeof PAUSE | Wait, Reply>;

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

/** Writes of one turn share a transaction; reads may rest; a local command touches no data. */
export type Kind = 'read' | 'write' | 'local';
export interface Command {
  kind: Kind | ((fields: Fields) => Kind);
  options: Options;
  /** May stand in a transaction of several statements. */
  isTransactional?: boolean;
  /** Its `maxTimeMS` says how long it waits for news, not when it has to give up. */
  isAwaiting?: boolean;
  run(fields: Fields, context: Context): Reply | Task;
}
export type CommandTable = Readonly<Record<string, Command>>;
