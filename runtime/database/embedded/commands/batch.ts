/** Runs the statements of a write command one by one and gathers their errors. */
import type { Doc } from '../bson/values.ts';
import { fail, MongoError } from '../errors.ts';

const STATEMENTS_MAX = 100_000;
/** They end the whole transaction that the command is a part of. */
const ENDING = new Set(['WriteConflict', 'TransactionTooLarge', 'OperationNotSupportedInTransaction']);

/** `{writeErrors}`, or nothing when all went well. An ordered batch ends at its first error. */
export function runBatch<Statement>(
  statements: readonly Statement[],
  isOrdered: boolean,
  run: (statement: Statement, index: number) => void,
): Doc {
  checkBatchSize(statements.length);
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      writeErrors.push({ index, ...errorFields(error) });
      if (isOrdered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

export function checkBatchSize(count: number): void {
  if (count < 1 || count > STATEMENTS_MAX) {
    fail(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${STATEMENTS_MAX}. Got ${count} operations.`,
    );
  }
}

/**
 * What a client is told of one failed statement. What is no refusal but a fault, or a conflict that ends its
 * transaction, goes on to end the whole command.
 */
export function errorFields(error: unknown): Doc {
  if (!(error instanceof MongoError) || ENDING.has(error.codeName)) throw error;
  return { code: error.code, errmsg: error.message, ...(error.details as Doc) };
}
