/** Answers in batches: the first one, and what `getMore` fetches later. */
import { Long } from 'bson';
import { RawDocument } from '../bson/raw.ts';
import { DOCUMENT_BYTES_MAX } from '../bson/validate.ts';
import type { Documents } from '../operations/find.ts';
import { PAUSE } from '../pause.ts';
import type { Context, Reply, Task } from './command.ts';
import type { Cursor } from './cursors.ts';

const FIRST_BATCH_DEFAULT = 101;

export interface FirstBatch {
  namespace: string;
  documents: Documents;
  batchSize?: number | undefined;
  /** Close the cursor after this batch, whatever is left. */
  isSingle?: boolean;
}

/** `{cursor: {firstBatch, id, ns}}`; the cursor stays open when there may be more. */
export function* firstBatch(
  { namespace, documents, batchSize, isSingle }: FirstBatch,
  context: Context,
): Task {
  const cursor: Cursor = {
    namespace,
    documents,
    pending: undefined,
    sessionKey: context.sessionKey,
    usedAtMs: Date.now(),
    isBusy: false,
  };
  const batch = yield* takeBatch(cursor, batchSize ?? FIRST_BATCH_DEFAULT);
  const id = batch.isDone || isSingle ? 0n : context.cursors.open(cursor);
  return { cursor: { firstBatch: batch.documents, id: Long.fromBigInt(id), ns: namespace } };
}

/** Up to `size` documents, and no more bytes than an answer may have. */
function* takeBatch(
  cursor: Cursor,
  size: number,
): Generator<typeof PAUSE, { documents: RawDocument[]; isDone: boolean }> {
  const documents: RawDocument[] = [];
  let bytes = 0;
  while (documents.length < size) {
    const next: IteratorResult<Uint8Array | typeof PAUSE, void> = cursor.pending
      ? { done: false, value: cursor.pending }
      : cursor.documents.next();
    if (next.done) return { documents, isDone: true };
    if (next.value === PAUSE) {
      yield PAUSE;
      continue;
    }
    cursor.pending = next.value;
    if (documents.length > 0 && bytes + next.value.length > DOCUMENT_BYTES_MAX) break;
    cursor.pending = undefined;
    documents.push(new RawDocument(next.value));
    bytes += next.value.length;
  }
  return { documents, isDone: false };
}

/** The same for a list that is there already. */
export function listReply(
  namespace: string,
  list: readonly Uint8Array[],
  batchSize: number | undefined,
  context: Context,
): Task {
  const documents = (function* all(): Documents {
    yield* list;
  })();
  return firstBatch({ namespace, documents, batchSize: batchSize ?? Infinity }, context);
}

/** More of a cursor's documents; it is closed with the last of them, or when it fails. */
export function* nextBatch(
  id: bigint,
  cursor: Cursor,
  size: number,
  context: Context,
): Generator<typeof PAUSE, Reply> {
  cursor.isBusy = true;
  let isOver = true;
  try {
    const batch = yield* takeBatch(cursor, size);
    isOver = batch.isDone;
    cursor.usedAtMs = Date.now();
    const next = Long.fromBigInt(isOver ? 0n : id);
    return { cursor: { nextBatch: batch.documents, id: next, ns: cursor.namespace } };
  } finally {
    cursor.isBusy = false;
    if (isOver) context.cursors.close(id);
  }
}
