/** What a proof found, kept for the page: the newest ones of each client. */
import type { Db, ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';

export interface Deviation {
  /** "MUG", "order #1001". */
  readonly subject: string;
  readonly text: string;
}

export interface Proof {
  readonly startedAt: Date;
  readonly ms: number;
  readonly checked: {
    readonly skus: number;
    readonly movements: number;
    readonly orders: number;
    readonly lines: number;
  };
  /** Order lines on their way: not booked to their end yet. */
  readonly waiting: number;
  /** How many there are; the first of them are named. */
  readonly deviationsFound: number;
  readonly deviations: readonly Deviation[];
  /** What changed so fast that it could not be judged. */
  readonly unsettled: readonly string[];
}

export interface ProofDocument extends Proof {
  readonly _id: ObjectId;
  readonly clientId: ClientId;
}

/** All proofs of a client. */
export function proofsOf(db: Db, clientId: ClientId): ClientCollection<ProofDocument> {
  return new ClientCollection<ProofDocument>(db, 'proofs', clientId);
}

/** Everything agrees. */
export function isClean({ deviationsFound }: Proof): boolean {
  return deviationsFound === 0;
}
