/** TTL indexes: documents whose date lies further back than `expireAfterSeconds` are deleted. */
import { Environment } from '../aggregate/expression.ts';
import { toDouble } from '../bson/numbers.ts';
import { isNumber } from '../bson/values.ts';
import { runDelete } from '../operations/delete.ts';
import type { Services } from './dispatch.ts';

/** Deletes all documents that have expired at this instant; each index in a transaction of its own. */
export function deleteExpired({ store, catalog }: Pick<Services, 'store' | 'catalog'>, now: Date): number {
  let deleted = 0;
  for (const collection of catalog.list()) {
    for (const index of collection.indexes) {
      const seconds = index.stored.spec.expireAfterSeconds;
      const path = index.fields[0]?.path;
      if (!isNumber(seconds) || path === undefined) continue;
      const expired = { [path]: { $lt: new Date(now.getTime() - toDouble(seconds) * 1000) } };
      const filter = index.partialFilter ? { $and: [expired, index.partialFilter] } : expired;
      deleted += store.transaction(
        () => runDelete(collection, { filter, isMulti: true }, new Environment()).deleted,
      );
    }
  }
  return deleted;
}
