/**
 * A database of its own for one test suite, on the server that Jest's global set-up started: the embedded one,
 * or the MongoDB that TEST_MONGODB_URI names. The same tests run on both.
 */
import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '#runtime/database/open-database.ts';

export interface TestDatabase extends Database {
  readonly uri: string;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.SYNCFLOW_TEST_URI;
  if (!server) throw new Error('the global set-up of the tests has not started a database');
  const uri = inDatabase(server, `test-${randomUUID()}`);
  const database = await openDatabase(uri);
  return {
    ...database,
    uri,
    close: async () => {
      await database.db.dropDatabase();
      await database.close();
    },
  };
}

function inDatabase(uri: string, name: string): string {
  const [, scheme, hosts, options = ''] =
    /^(mongodb(?:\+srv)?:\/\/)([^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  if (!scheme || !hosts) throw new Error('TEST_MONGODB_URI is not a MongoDB address');
  return `${scheme}${hosts}/${name}${options}`;
}
