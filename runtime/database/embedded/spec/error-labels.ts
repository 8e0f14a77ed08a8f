/**
 * The labels that a server gives its errors, for those that come of fail points.
 * Source: https://github.com/mongodb/mongo/blob/master/src/mongo/db/error_labels.cpp
 */
import { isDoc, isTruthy } from '../bson/values.ts';
import type { Request } from '../wire/message.ts';

/** The server is going away or is not the primary: another may take the command. */
const RETRYABLE = [6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];
/** Another transaction was in the way, or a snapshot is gone. */
const TRANSIENT = [24, 112, 239, 246, 267];
const NO_SUCH_TRANSACTION = 251;
/** More than the retryable ones let a change stream go on. */
const RESUMABLE = [...RETRYABLE, 63, 133, 150, 234];
const TRANSACTION_ENDS = ['commitTransaction', 'abortTransaction'];

/** `source` is the fail point, or `writeConcernError` where the command itself went well. */
export function labelsOf(code: number, request: Request, source: string): string[] {
  const { name, body } = request;
  const isEnd = TRANSACTION_ENDS.includes(name);
  const labels: string[] = [];
  const isInTransaction = body.autocommit === false;
  const isRetryableWrite = body.txnNumber !== undefined && (isEnd || !isInTransaction);
  if (isRetryableWrite && RETRYABLE.includes(code)) labels.push('RetryableWriteError');
  const isTransient =
    TRANSIENT.includes(code) || code === NO_SUCH_TRANSACTION || (!isEnd && RETRYABLE.includes(code));
  if (isInTransaction && isTransient && source !== 'writeConcernError')
    labels.push('TransientTransactionError');
  const isStream = source === 'failGetMoreAfterCursorCheckout' || opensStream(request);
  if (isStream && RESUMABLE.includes(code)) labels.push('ResumableChangeStreamError');
  return labels;
}

function opensStream({ body }: Request): boolean {
  const stages = Array.isArray(body.pipeline) ? body.pipeline : [];
  const [first] = stages;
  return first !== undefined && isDoc(first) && isTruthy(first.$changeStream);
}
