/** Jest's global tear-down: the database of the tests and its files go. */
import { rm } from 'node:fs/promises';
import { running } from './running.ts';

export default async function tearDown(): Promise<void> {
  const database = running.get();
  if (!database) return;
  await database.close();
  await rm(database.dir, { recursive: true, force: true });
}
