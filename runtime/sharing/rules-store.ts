/** Keeps a client's sharing rules: the current ones in one document, each earlier revision with the time it held. */
import type { Db } from 'mongodb';
import type { z } from 'zod';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import { PLAIN_RULE, SharingRules } from './sharing-rule.ts';

export interface SharingDocument extends SharingRules {
  /** The client's id. */
  readonly _id: string;
  readonly clientId: ClientId;
  /** Grows by one at every change: whoever saw an older one can't overwrite a newer one. */
  readonly revision: number;
  readonly since: Date;
  readonly by: string;
}

/** A revision that no longer holds. */
export interface PastSharingDocument extends SharingDocument {
  readonly until: Date;
}

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly rules: SharingDocument }
  /** Somebody else changed the rules meanwhile: nothing was written. */
  | { readonly kind: 'stale'; readonly rules: SharingDocument };

/** The rules that hold now; those of a client that never chose any are the plain ones, with revision 0. */
export async function sharingRulesOf(db: Db, clientId: ClientId): Promise<SharingDocument> {
  return (await current(db, clientId).findOne({ _id: clientId })) ?? plainRules(clientId);
}

/**
 * Replaces the rules, if they still have the revision that the caller saw.
 * @throws {ZodError} on rules that can't be; nothing is written then.
 */
export async function saveSharingRules(
  db: Db,
  clientId: ClientId,
  wanted: {
    readonly rules: z.input<typeof SharingRules>;
    readonly seenRevision: number;
    readonly by: string;
  },
): Promise<SaveOutcome> {
  const { usual, exceptions, kits } = SharingRules.parse(wanted.rules);
  const before = await sharingRulesOf(db, clientId);
  if (before.revision !== wanted.seenRevision) return { kind: 'stale', rules: before };
  const since = new Date();
  // First what ends: a crash after it leaves a past revision that still holds, which the next save closes again.
  await past(db, clientId).updateOne(
    { _id: `${clientId}@${before.revision}` },
    { $set: { ...withoutId(before), until: since } },
    { upsert: true },
  );
  const next = { usual, exceptions, kits, revision: before.revision + 1, since, by: wanted.by };
  if (before.revision === 0) {
    const rules: SharingDocument = { _id: clientId, clientId, ...next };
    if (await current(db, clientId).insertIfAbsent(rules)) return { kind: 'saved', rules };
  } else {
    const saved = await current(db, clientId).findOneAndUpdate(
      { _id: clientId, revision: before.revision },
      { $set: next },
      { returnDocument: 'after' },
    );
    if (saved) return { kind: 'saved', rules: saved };
  }
  return { kind: 'stale', rules: await sharingRulesOf(db, clientId) };
}

/** The rules that held at a moment, as far back as they are kept (400 days). */
export async function sharingRulesAt(db: Db, clientId: ClientId, at: Date): Promise<SharingDocument> {
  const now = await sharingRulesOf(db, clientId);
  if (now.since <= at) return now;
  const [then] = await past(db, clientId)
    .find({ since: { $lte: at } })
    .sort({ since: -1 })
    .limit(1)
    .toArray();
  return then ?? plainRules(clientId);
}

/** The rules of a client that never chose any. */
export function plainRules(clientId: ClientId): SharingDocument {
  return {
    _id: clientId,
    clientId,
    usual: PLAIN_RULE,
    exceptions: [],
    kits: [],
    revision: 0,
    since: new Date(0),
    by: 'syncflow',
  };
}

function withoutId({ _id, ...rest }: SharingDocument): Omit<SharingDocument, '_id'> {
  return rest;
}

function current(db: Db, clientId: ClientId): ClientCollection<SharingDocument> {
  return new ClientCollection(db, 'sharing', clientId);
}

function past(db: Db, clientId: ClientId): ClientCollection<PastSharingDocument> {
  return new ClientCollection(db, 'sharing-past', clientId);
}
