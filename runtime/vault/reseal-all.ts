/** Exchanges the keys of every secret, while SyncFlow goes on: each is sealed anew under the current master key. */
import type { Binary, Db } from 'mongodb';
import { SEALED_FIELDS, type SealedField } from './sealed-fields.ts';
import type { Vault } from './vault.ts';

export interface Resealed {
  readonly sealed: number;
  /** Under the current master key already, and left alone. */
  readonly current: number;
  /** Changed by somebody else at that very moment: sealed by the keys of now, as a rule; the next turn looks at them again. */
  readonly overtaken: number;
  /** Owners whose secret can't be opened by any key that is known. Nothing of theirs was changed. */
  readonly lost: readonly string[];
}

export interface ResealOptions {
  /** New data keys too, also for what is under the current master key. */
  readonly dataKeys: boolean;
  /** Only counts what would be sealed anew. */
  readonly dryRun: boolean;
}

/** One turn through all secrets. May be broken off and begun again. */
export async function resealAll(db: Db, vault: Vault, options: ResealOptions): Promise<Resealed> {
  const sum = { sealed: 0, current: 0, overtaken: 0, lost: [] as string[] };
  for (const place of SEALED_FIELDS) await resealPlace(db, vault, place, options, sum);
  return sum;
}

async function resealPlace(
  db: Db,
  vault: Vault,
  { collection, field, ownerOf }: SealedField,
  { dataKeys, dryRun }: ResealOptions,
  sum: { sealed: number; current: number; overtaken: number; lost: string[] },
): Promise<void> {
  const documents = db.collection<{ _id: string }>(collection);
  const found = documents.find({ [field]: { $type: 'binData' } }, { projection: { [field]: 1 } });
  for await (const document of found) {
    const before = at(document, field);
    if (!before) continue;
    const owner = ownerOf(document._id);
    if (!dataKeys && vault.isCurrent(before)) {
      sum.current += 1;
      continue;
    }
    let after: Binary;
    try {
      after = vault.reseal(owner, before);
    } catch {
      sum.lost.push(`${collection} ${document._id}`);
      continue;
    }
    if (dryRun) {
      sum.sealed += 1;
      continue;
    }
    // Only if it is still the same: a person may have connected anew meanwhile.
    const { modifiedCount } = await documents.updateOne(
      { _id: document._id, [field]: before },
      { $set: { [field]: after } },
    );
    if (modifiedCount === 1) sum.sealed += 1;
    else sum.overtaken += 1;
  }
}

function at(document: object, field: string): Binary | null {
  let value: unknown = document;
  for (const name of field.split('.'))
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null;
  return (value as Binary | null | undefined) ?? null;
}
