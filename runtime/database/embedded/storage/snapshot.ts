/** A copy of the database as it is at one moment, made beside a server that goes on reading and writing. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { databasePath } from './file.ts';

/**
 * Copies the data in `dir` into the new folder `into`. The copy is what a server would find if this one had been killed
 * at that moment: all that was acknowledged before, and of each command all or nothing.
 * @throws {Error} with a sentence for the user when there is no database, or `into` has one already.
 */
export function snapshot(dir: string, into: string): void {
  const [from, to] = [databasePath(dir), databasePath(into)];
  if (!existsSync(from)) throw new Error(`There is no database in the folder ${dir}.`);
  if (existsSync(to)) throw new Error(`The folder ${into} has a database already. Nothing was changed.`);
  mkdirSync(into, { recursive: true, mode: 0o700 });
  // SQLite's log lets readers keep their moment while others write; the folder's lock keeps out servers only.
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    database.prepare('VACUUM INTO ?').run(to);
    chmodSync(to, 0o600);
  } finally {
    database.close();
  }
}
