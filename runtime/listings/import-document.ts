/** The import of a connection's listings: where it is, so that it goes on there after any end of a process. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

export interface ImportDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  /** `waiting`: asked for, not begun. `failed`: a person must mend something, then ask again. */
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  /** Grows with each import: what the newest one did not see is no longer in the shop. */
  readonly run: number;
  /** Where the next page begins, as the channel said; null: at the beginning. */
  readonly cursor: string | null;
  /** Listings that this run has read. */
  readonly listings: number;
  /** Share of the whole, from 0 to 1; null: the channel does not tell. */
  readonly progress: number | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  /** When the very first import of the connection began, and when one was first whole: what the shop sold before is in its counts. */
  readonly openedAt: Date;
  readonly openedToAt: Date | null;
  readonly trouble: { readonly reason: string; readonly fix: string | null } | null;
  /** The process that works on it: another one takes over when it falls silent. */
  readonly lease: { readonly holder: string; readonly until: Date } | null;
}

export interface ImportOwner {
  readonly db: Db;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
}

export function importsOf({
  db,
  clientId,
}: Omit<ImportOwner, 'connectionId'>): ClientCollection<ImportDocument> {
  return new ClientCollection<ImportDocument>(db, 'imports', clientId);
}

/**
 * Begins anew, also where an import is under way: what it has read is to be kept otherwise now. The process that works on
 * it finds that it is no longer its own.
 */
export async function importAnew(owner: ImportOwner): Promise<void> {
  await askForImport(owner);
  const anew = { cursor: null, listings: 0, progress: null, startedAt: new Date(), endedAt: null };
  await importsOf(owner).updateOne(
    { _id: owner.connectionId },
    { $set: { ...anew, state: 'waiting', trouble: null, lease: null }, $inc: { run: 1 } },
  );
}

/** Asks for an import. One that is under way goes on instead. @returns how it stands now. */
export async function askForImport(owner: ImportOwner): Promise<ImportDocument> {
  const imports = importsOf(owner);
  const now = new Date();
  const fresh: ImportDocument = {
    _id: owner.connectionId,
    clientId: owner.clientId,
    state: 'waiting',
    run: 1,
    cursor: null,
    listings: 0,
    progress: null,
    startedAt: now,
    endedAt: null,
    openedAt: now,
    openedToAt: null,
    trouble: null,
    lease: null,
  };
  if (await imports.insertIfAbsent(fresh)) return fresh;
  const anew = { cursor: null, listings: 0, progress: null, startedAt: now, endedAt: null };
  await imports.updateOne(
    { _id: owner.connectionId, state: 'done' },
    { $set: { ...anew, state: 'waiting', trouble: null }, $inc: { run: 1 } },
  );
  // What failed goes on where it was.
  await imports.updateOne(
    { _id: owner.connectionId, state: 'failed' },
    { $set: { state: 'waiting', endedAt: null, trouble: null } },
  );
  const kept = await imports.findOne({ _id: owner.connectionId });
  if (!kept) throw new Error(`the import of ${owner.connectionId} is gone`);
  return kept;
}
