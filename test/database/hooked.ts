/** A database of which a test steps between a call and its work. */
import type { Db } from 'mongodb';

/** @param work does what was asked; @returns what the caller gets. */
export type Around = (method: string, given: readonly unknown[], work: () => unknown) => unknown;

/** The same database, where `around` is in the way of every call of its collections. */
export function hooked(db: Db, around: Around): Db {
  return between(db, around);
}

function between<Of extends object>(of: Of, around: Around): Of {
  return new Proxy(of, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...given: unknown[]) => {
        const work = (): unknown => value.apply(target, given);
        return name === 'collection' ? between(work() as object, around) : around(name, given, work);
      };
    },
  });
}
