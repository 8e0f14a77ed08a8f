/** Answers in batches: the first one, and what `getMore` fetches later. */
import { Long } from 'bson';
import { RawDocument } from '../bson/raw.ts';
import { DOCUMENT_BYTES_MAX } from '../bson/validate.ts';
import { fail } from '../errors.ts';
import type { Documents } from '../operations/find.ts';
import { IDLE, PAUSE, Wait } from '../pause.ts';
import type { Context, Reply, Task } from './command.ts';
import type { Cursor, Tail } from './cursors.ts';

const FIRST_BATCH_DEFAULT = 101;
const KEPT_BYTES_MAX = 64 * 1024 * 1024;

export interface FirstBatch {
  namespace: string;
  documents: Documents;
  batchSize?: number | undefined;
  /** Close the cursor after this batch, whatever is left. */
  isSingle?: boolean;
  tail?: Tail;
}

/** `{cursor: {firstBatch, id, ns}}`; the cursor stays open when there may be more. */
export function* firstBatch(
  { namespace, documents, batchSize, isSingle, tail }: FirstBatch,
  context: Context,
): Task {
  const cursor: Cursor = {
    namespace,
    documents,
    pending: undefined,
    sessionKey: context.sessionKey,
    usedAtMs: Date.now(),
    isBusy: false,
    tail,
  };
  const batch = yield* takeBatch(cursor, batchSize ?? FIRST_BATCH_DEFAULT, 0);
  if (context.isInTransaction && !batch.isDone && !isSingle) cursor.documents = keptDocuments(documents);
  const id = batch.isDone || isSingle ? 0n : context.cursors.open(cursor);
  return replyOf(cursor, 'firstBatch', batch.documents, id);
}

function replyOf(cursor: Cursor, name: string, batch: RawDocument[], id: bigint): Reply {
  const token = cursor.tail && { postBatchResumeToken: cursor.tail.resumeToken() };
  return { cursor: { [name]: batch, id: Long.fromBigInt(id), ns: cursor.namespace, ...token } };
}

/** What a transaction sees is there only during the statement, so the rest is read now. */
function keptDocuments(documents: Documents): Documents {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for (const document of documents) {
    if (document === PAUSE || document === IDLE) continue;
    kept.push(document);
    bytes += document.length;
    if (bytes <= KEPT_BYTES_MAX) continue;
    fail(
      'QueryExceededMemoryLimitNoDiskUseAllowed',
      `a cursor in a transaction may have ${KEPT_BYTES_MAX} bytes; ask for less, or read outside the transaction`,
    );
  }
  return (function* all(): Documents {
    yield* kept;
  })();
}

/** Up to `size` documents, and no more bytes than an answer may have; an empty batch waits until `endsAtMs`. */
function* takeBatch(
  cursor: Cursor,
  size: number,
  endsAtMs: number,
): Generator<typeof PAUSE | Wait, { documents: RawDocument[]; isDone: boolean }> {
  const documents: RawDocument[] = [];
  let bytes = 0;
  while (documents.length < size) {
    const next: IteratorResult<Uint8Array | typeof PAUSE | typeof IDLE, void> = cursor.pending
      ? { done: false, value: cursor.pending }
      : cursor.documents.next();
    if (next.done) return { documents, isDone: true };
    if (next.value === PAUSE) {
      yield PAUSE;
      continue;
    }
    if (next.value === IDLE) {
      cursor.tail?.mark();
      if (documents.length > 0 || performance.now() >= endsAtMs) break;
      yield new Wait(endsAtMs, () => cursor.isClosed === true || cursor.tail?.hasNews() === true);
      if (cursor.isClosed) fail('CursorNotFound', 'the cursor was killed while it was being read');
      continue;
    }
    cursor.pending = next.value;
    if (documents.length > 0 && bytes + next.value.length > DOCUMENT_BYTES_MAX) break;
    cursor.pending = undefined;
    cursor.tail?.mark();
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
  { size, awaitMs }: { size: number; awaitMs: number },
  context: Context,
): Task {
  cursor.isBusy = true;
  let isOver = true;
  try {
    const batch = yield* takeBatch(cursor, size, cursor.tail ? performance.now() + awaitMs : 0);
    isOver = batch.isDone;
    cursor.usedAtMs = Date.now();
    return replyOf(cursor, 'nextBatch', batch.documents, isOver ? 0n : id);
  } finally {
    cursor.isBusy = false;
    if (isOver) context.cursors.close(id);
  }
}
