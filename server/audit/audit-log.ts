/** The audit log: entries are begun, ended once, and read; nothing else. */
import { type Collection, type Db, type Filter, ObjectId } from 'mongodb';
import type { AgencyId, ClientId } from '#runtime/ids.ts';

export interface AuditEntry {
  readonly _id: ObjectId;
  readonly agencyId: AgencyId;
  /** null: about the agency, or a person's own account. */
  readonly clientId: ClientId | null;
  readonly at: Date;
  /** `person:<id>:<name as it was>`, `key:<id>:<name>`, `terminal`, or `nobody`: not signed in (yet). */
  readonly by: string;
  /** `patch /members/:id` */
  readonly action: string;
  /** What the action is, in a line. */
  readonly summary: string;
  /** The address with its names: `/members/9f2c`. */
  readonly target: string;
  /** What was sent, without secrets; null: nothing, or nothing that may be kept. */
  readonly sent: unknown;
  readonly before: unknown;
  readonly after: unknown;
  /** begun: its end was never written, since the process died; or it goes on. */
  readonly outcome: 'begun' | 'done' | 'refused' | 'failed';
  /** Why it was refused. */
  readonly reason: string | null;
  readonly address: string;
  readonly device: string;
  /** Stands in the log and in the answer's header `x-request-id`. */
  readonly requestId: string;
}

export type AuditBeginning = Omit<AuditEntry, '_id' | 'at' | 'outcome' | 'reason' | 'after'>;
export type AuditEnd = Pick<AuditEntry, 'outcome' | 'reason' | 'after'> &
  Partial<Pick<AuditEntry, 'by' | 'agencyId'>>;

export interface AuditSearch {
  readonly clientId?: ClientId | undefined;
  /** Stands in who, what, or where. */
  readonly search?: RegExp | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

const DEVICE_CHARACTERS_MAX = 300;

export class AuditLog {
  readonly #entries: Collection<AuditEntry>;

  constructor(db: Db) {
    this.#entries = db.collection<AuditEntry>('audit');
  }

  /** Writes down that something is about to be done. When this fails, it must not be done. */
  async begin(beginning: AuditBeginning): Promise<ObjectId> {
    const _id = new ObjectId();
    await this.#entries.insertOne({
      ...beginning,
      _id,
      at: new Date(),
      device: beginning.device.slice(0, DEVICE_CHARACTERS_MAX),
      after: null,
      outcome: 'begun',
      reason: null,
    });
    return _id;
  }

  /** Writes down how it ended, if nobody has yet. */
  async end(_id: ObjectId, end: AuditEnd): Promise<void> {
    await this.#entries.updateOne({ _id, outcome: 'begun' }, { $set: end });
  }

  /** What is over already when it is heard of. */
  async note(beginning: AuditBeginning, end: AuditEnd): Promise<void> {
    await this.end(await this.begin(beginning), end);
  }

  /** An agency's entries, newest first, after a position. */
  async newest(
    agencyId: AgencyId,
    after: ObjectId | null,
    limit: number,
    search: AuditSearch,
  ): Promise<AuditEntry[]> {
    return await this.#entries
      .find(filterOf(agencyId, after, search))
      .sort({ _id: -1 })
      .limit(limit)
      .toArray();
  }

  /** The same, one after another, as long as somebody reads on. */
  all(agencyId: AgencyId, search: AuditSearch, limit: number): AsyncIterable<AuditEntry> {
    return this.#entries
      .find(filterOf(agencyId, null, search))
      .sort({ _id: -1 })
      .limit(limit);
  }
}

function filterOf(
  agencyId: AgencyId,
  after: ObjectId | null,
  { clientId, search, from, until }: AuditSearch,
): Filter<AuditEntry> {
  const at = { ...(from && { $gte: from }), ...(until && { $lt: until }) };
  return {
    agencyId,
    ...(after && { _id: { $lt: after } }),
    ...(clientId !== undefined && { clientId }),
    ...((from || until) && { at }),
    ...(search && {
      $or: (['by', 'action', 'summary', 'target', 'address'] as const).map((field) => ({ [field]: search })),
    }),
  };
}
