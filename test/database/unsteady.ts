/** A database that dies at a moment of the test's choice, for a process that goes on. */
import { type Db, MongoNetworkError } from 'mongodb';

/** Which call fails. @param given what the driver's collection was asked with. */
export type Fails = (method: string, given: readonly unknown[]) => boolean;

/**
 * The same database, of whose calls some fail as if it had died.
 * @param done true: what was asked is done all the same, and only the answer is lost.
 */
export function unsteady(db: Db, fails: Fails, { done = false } = {}): Db {
  return around(db, fails, done);
}

function around<Of extends object>(of: Of, fails: Fails, done: boolean): Of {
  return new Proxy(of, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...given: unknown[]) => {
        const dies = name !== 'collection' && fails(name, given);
        if (dies && !done) throw new MongoNetworkError('connect ECONNREFUSED');
        const answer: unknown = value.apply(target, given);
        if (name === 'collection') return around(answer as object, fails, done);
        if (!dies) return answer;
        return Promise.resolve(answer).then(() => {
          throw new MongoNetworkError('the connection was closed');
        });
      };
    },
  });
}
