/** The driver's results in the words of the specifications. */
import type { BulkWriteResult, Document } from 'mongodb';

export function resultOf(result: unknown): unknown {
  if (isBulkResult(result)) return bulkResult(result);
  if (result instanceof Map) return mapped(result);
  if (isDocument(result) && 'insertResults' in result) {
    const { insertResults, updateResults, deleteResults } = result;
    return {
      ...result,
      insertResults: resultOf(insertResults),
      updateResults: resultOf(updateResults),
      deleteResults: resultOf(deleteResults),
    };
  }
  return result;
}

/** The driver does not export the class. */
function isBulkResult(result: unknown): result is BulkWriteResult {
  return isDocument(result) && result.constructor?.name === 'BulkWriteResult';
}

function bulkResult(result: BulkWriteResult): Document {
  const { insertedCount, matchedCount, modifiedCount, deletedCount, upsertedCount } = result;
  const { upsertedIds, insertedIds } = result;
  return {
    insertedCount,
    matchedCount,
    modifiedCount,
    deletedCount,
    upsertedCount,
    upsertedIds,
    insertedIds,
  };
}

/** By the number of the write; `didUpsert` is a field of this driver only. */
function mapped(results: ReadonlyMap<unknown, unknown>): Document {
  return Object.fromEntries(
    [...results].map(([index, one]) => {
      const { didUpsert: _, ...rest } = one as Document;
      return [String(index), rest];
    }),
  );
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null;
}
