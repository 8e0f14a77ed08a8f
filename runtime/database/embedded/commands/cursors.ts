/** Open cursors: results that a client fetches in batches. They live in memory and end with the server. */
import { randomInt } from 'node:crypto';
import type { Doc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import type { Documents } from '../operations/find.ts';

export interface Cursor {
  namespace: string;
  documents: Documents;
  /** Read already, but the last batch had no room for it. */
  pending: Uint8Array | undefined;
  sessionKey: string | undefined;
  usedAtMs: number;
  /** A batch is being read from it. */
  isBusy: boolean;
  /** Killed, while a batch was waited for. */
  isClosed?: boolean;
  tail?: Tail | undefined;
}
/** What a cursor without an end has in addition. */
export interface Tail {
  /** Is there anything that has not been read? */
  hasNews(): boolean;
  /** Is told after each document that was taken, and when there are no more: all before that has been sent. */
  mark(): void;
  /** Where a later cursor can go on. */
  resumeToken(): Doc;
}

const OPEN_MAX = 10_000;
const IDLE_MS_MAX = 10 * 60_000;

export class Cursors {
  private readonly cursors = new Map<bigint, Cursor>();
  // A random start: a client that outlived a restart must not find another's cursor under its id.
  private lastId = BigInt(randomInt(2 ** 30)) << 32n;

  /** Keeps the cursor and gives it an id. */
  open(cursor: Cursor): bigint {
    if (this.cursors.size >= OPEN_MAX) fail('InternalError', `more than ${OPEN_MAX} cursors are open`);
    this.lastId += 1n;
    this.cursors.set(this.lastId, cursor);
    return this.lastId;
  }

  get(id: bigint): Cursor {
    const cursor = this.cursors.get(id) ?? fail('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.isBusy) fail('CursorInUse', `cursor id ${id} is already in use`);
    return cursor;
  }

  close(id: bigint): boolean {
    const cursor = this.cursors.get(id);
    if (cursor) cursor.isClosed = true;
    return this.cursors.delete(id);
  }

  /** Forgets those that nobody has asked for in ten minutes. */
  closeIdle(nowMs: number): void {
    for (const [id, cursor] of this.cursors) {
      if (nowMs - cursor.usedAtMs > IDLE_MS_MAX) this.cursors.delete(id);
    }
  }

  get count(): number {
    return this.cursors.size;
  }
}
