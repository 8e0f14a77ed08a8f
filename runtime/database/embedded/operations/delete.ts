/** One delete statement: of the first document that fits, or of all. */
import type { Environment } from '../aggregate/expression.ts';
import { decode } from '../bson/decode.ts';
import type { Doc, Value } from '../bson/values.ts';
import type { Collection } from '../storage/collection.ts';
import { select, withoutRests } from './select.ts';

export interface DeleteStatement {
  filter: Doc;
  isMulti: boolean;
  sort?: Doc | undefined;
  hint?: Value;
}

/** How many were deleted, and the bytes of the last of them. */
export function runDelete(
  collection: Collection | undefined,
  { filter, sort, hint, isMulti }: DeleteStatement,
  environment: Environment,
): { deleted: number; before?: Uint8Array } {
  const rows = withoutRests(select(collection, { filter, sort, hint, limit: isMulti ? 0 : 1, environment }));
  if (!collection) return { deleted: 0 };
  let before: Uint8Array | undefined;
  const rids = Array.from(rows, (row) => {
    before = row.bytes;
    return row.rid;
  });
  for (const rid of rids) {
    const bytes = collection.documents.get(rid);
    if (bytes) collection.remove(rid, decode(bytes));
  }
  return before ? { deleted: rids.length, before } : { deleted: 0 };
}
