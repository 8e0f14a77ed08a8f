/** A database that dies at a moment of the test's choice, for a process that goes on. */
import { type Db, MongoNetworkError } from 'mongodb';
import { hooked } from './hooked.ts';

/** Which call fails. @param given what the driver's collection was asked with. */
export type Fails = (method: string, given: readonly unknown[]) => boolean;

/**
 * The same database, of whose calls some fail as if it had died.
 * @param done true: what was asked is done all the same, and only the answer is lost.
 */
export function unsteady(db: Db, fails: Fails, { done = false } = {}): Db {
  return hooked(db, (method, given, work) => {
    if (!fails(method, given)) return work();
    if (!done) throw new MongoNetworkError('connect ECONNREFUSED');
    return Promise.resolve(work()).then(() => {
      throw new MongoNetworkError('the connection was closed');
    });
  });
}
