/** Sessions: who is signed in, from which device. A session lives on by its refresh token, which is used once. */
import { randomBytes } from 'node:crypto';
import type { Collection } from 'mongodb';
import { type PersonDocument, personById } from '#runtime/accounts/person-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { type AgencyId, HOME_AGENCY, type PersonId } from '#runtime/ids.ts';
import { makeAccessToken, readAccessToken } from './access-token.ts';
import { ROLE_PERMISSIONS } from './permissions.ts';
import { type Principal, recordOf, TERMINAL, TERMINAL_NAME } from './principal.ts';
import { makeRefreshToken, readRefreshToken } from './refresh-token.ts';
import type { SigningKeys } from './signing-key.ts';

export interface SessionDocument {
  readonly _id: string;
  /** null: by the link from the terminal. */
  readonly personId: PersonId | null;
  readonly agencyId: AgencyId;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  /** Of the refresh token that works now. */
  readonly generation: number;
  readonly device: string;
  readonly address: string;
  readonly expiresAt: Date;
}

/** Where somebody signs in from. */
export interface Whereabouts {
  /** The User-Agent as it was sent. */
  readonly device: string;
  readonly address: string;
}

export interface Tokens {
  readonly sessionId: string;
  readonly access: string;
  readonly refresh: string;
}

const SESSION_BYTES = 18;
const IDLE_MS = 30 * 24 * 3_600_000;
const AGE_MS_MAX = 90 * 24 * 3_600_000;
/** Two tabs, or an answer that was lost: for so long the token before works, and gives the same successor. */
const GRACE_MS = 10_000;
/** Other processes hear of an ended session, or of a changed role, within this time; this one at once. */
const KNOWN_MS = 5_000;
const KNOWN_MAX = 10_000;
const DEVICE_CHARACTERS_MAX = 300;

export class Sessions {
  readonly #database: Database;
  readonly #keys: SigningKeys;
  readonly #sessions: Collection<SessionDocument>;
  readonly #known = new Map<string, { readonly principal: Principal | null; readonly untilMs: number }>();
  /** Told of each session that ends, so that its live connections end too. */
  onEnd: (sessionId: string) => void = () => {};

  constructor(database: Database, keys: SigningKeys) {
    this.#database = database;
    this.#keys = keys;
    this.#sessions = database.db.collection<SessionDocument>('sessions');
  }

  /** @param person null: somebody at the terminal, who may everything. */
  async open(
    person: Pick<PersonDocument, '_id' | 'agencyId'> | null,
    { device, address }: Whereabouts,
  ): Promise<Tokens> {
    const now = new Date();
    const sessionId = randomBytes(SESSION_BYTES).toString('base64url');
    await this.#sessions.insertOne({
      _id: sessionId,
      personId: person?._id ?? null,
      agencyId: person?.agencyId ?? HOME_AGENCY,
      createdAt: now,
      lastSeenAt: now,
      generation: 0,
      device: device.slice(0, DEVICE_CHARACTERS_MAX),
      address,
      expiresAt: new Date(now.getTime() + IDLE_MS),
    });
    return await this.#tokens(sessionId, 0);
  }

  /**
   * Uses a refresh token up. `reused`: it was used before, so two hold it; the session was ended.
   */
  async refresh(
    token: string,
    { device, address }: Whereabouts,
  ): Promise<Tokens | 'refused' | { readonly reused: SessionDocument }> {
    const read = readRefreshToken(this.#keys.refresh, token);
    if (!read) return 'refused';
    const { sessionId, generation } = read;
    const now = new Date();
    const session = await this.#sessions.findOne({ _id: sessionId, expiresAt: { $gt: now } });
    if (!session) return 'refused';
    const expiresAt = new Date(Math.min(now.getTime() + IDLE_MS, session.createdAt.getTime() + AGE_MS_MAX));
    const seen = { lastSeenAt: now, device: device.slice(0, DEVICE_CHARACTERS_MAX), address, expiresAt };
    const taken = await this.#sessions.updateOne(
      { _id: sessionId, generation },
      { $set: seen, $inc: { generation: 1 } },
    );
    if (taken.modifiedCount === 1) return await this.#tokens(sessionId, generation + 1);
    const after = await this.#sessions.findOne({ _id: sessionId });
    if (!after) return 'refused';
    const fresh = now.getTime() - after.lastSeenAt.getTime() < GRACE_MS;
    if (after.generation === generation + 1 && fresh) return await this.#tokens(sessionId, generation + 1);
    await this.end(sessionId);
    return { reused: after };
  }

  /** Who an access token stands for; null when it stands for nobody (any more). @param lateSeconds how late it may come. */
  async ofAccessToken(token: string, lateSeconds = 0): Promise<Principal | null> {
    const sessionId = await readAccessToken(this.#keys.access, token, lateSeconds);
    return sessionId === null ? null : await this.principal(sessionId);
  }

  /** Who a session belongs to, with what they may now. */
  async principal(sessionId: string): Promise<Principal | null> {
    const known = this.#known.get(sessionId);
    if (known && known.untilMs > Date.now()) return known.principal;
    const principal = await this.#lookUp(sessionId);
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(sessionId, { principal, untilMs: Date.now() + KNOWN_MS });
    return principal;
  }

  /** A person's sessions, the last used first. */
  async ofPerson(personId: PersonId | null, agencyId: AgencyId): Promise<SessionDocument[]> {
    return await this.#sessions
      .find({ personId, agencyId, expiresAt: { $gt: new Date() } })
      .sort({ lastSeenAt: -1 })
      .limit(200)
      .toArray();
  }

  async end(sessionId: string): Promise<void> {
    await this.#sessions.deleteOne({ _id: sessionId });
    this.#known.delete(sessionId);
    this.onEnd(sessionId);
  }

  /** Ends the session of a refresh token, whatever its generation. */
  async endByToken(token: string): Promise<void> {
    const read = readRefreshToken(this.#keys.refresh, token);
    if (read) await this.end(read.sessionId);
  }

  /** Ends all sessions of a person (null: of the terminal) but one. @returns how many. */
  async endAll(personId: PersonId | null, but: string | null): Promise<number> {
    const found = await this.#sessions.find({ personId }, { projection: { _id: 1 } }).toArray();
    const others = found.filter(({ _id }) => _id !== but);
    for (const { _id } of others) await this.end(_id);
    return others.length;
  }

  /** What a person may has changed: it is looked up anew. */
  forget(): void {
    this.#known.clear();
  }

  async #tokens(sessionId: string, generation: number): Promise<Tokens> {
    return {
      sessionId,
      access: await makeAccessToken(this.#keys.access, sessionId),
      refresh: makeRefreshToken(this.#keys.refresh, { sessionId, generation }),
    };
  }

  async #lookUp(sessionId: string): Promise<Principal | null> {
    const session = await this.#sessions.findOne({ _id: sessionId, expiresAt: { $gt: new Date() } });
    if (!session) return null;
    const { personId, agencyId } = session;
    if (personId === null) {
      const permissions = ROLE_PERMISSIONS.owner;
      return {
        kind: 'terminal',
        by: TERMINAL,
        name: TERMINAL_NAME,
        personId,
        sessionId,
        agencyId,
        permissions,
        clients: null,
      };
    }
    const person = await personById(this.#database.models, personId);
    return person ? principalOf(person, sessionId) : null;
  }
}

function principalOf({ _id, agencyId, name, role, clients }: PersonDocument, sessionId: string): Principal {
  return {
    kind: 'person',
    by: recordOf('person', _id, name),
    name,
    personId: _id,
    sessionId,
    agencyId,
    permissions: ROLE_PERMISSIONS[role],
    clients: clients === null ? null : new Set(clients),
  };
}
