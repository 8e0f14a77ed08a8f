/** Sign-in by a one-time link from the terminal, and the sessions that it opens. Accounts with passwords come later. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Db } from 'mongodb';
import type { ClientId } from '#runtime/ids.ts';

interface SessionDocument {
  /** SHA-256 of the token: what lies in the database opens nothing. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface Session {
  readonly clientId: ClientId;
  /** Tells one session from another in records; opens nothing. */
  readonly mark: string;
}

export const SESSION_COOKIE = 'syncflow_session';
const SESSION_MS = 30 * 24 * 3_600_000;
const TOKEN_BYTES = 32;
const MARK_CHARACTERS = 6;

export class Sessions {
  readonly #sessions;
  #link: { readonly hash: Buffer; readonly clientId: ClientId; used: boolean } | undefined;

  constructor(db: Db) {
    this.#sessions = db.collection<SessionDocument>('sessions');
  }

  /** Makes the token of a sign-in link that works once; the former one stops working. */
  makeLinkToken(clientId: ClientId): string {
    const token = newToken();
    this.#link = { hash: hashOf(token), clientId, used: false };
    return token;
  }

  /** Signs in by a link's token. @returns the token for the cookie, or why not. */
  async signIn(
    linkToken: string,
  ): Promise<{ readonly token: string; readonly ms: number } | 'used' | 'unknown'> {
    const link = this.#link;
    if (!link || !timingSafeEqual(link.hash, hashOf(linkToken))) return 'unknown';
    if (link.used) return 'used';
    link.used = true;
    const token = newToken();
    const now = Date.now();
    await this.#sessions.insertOne({
      _id: hashOf(token).toString('hex'),
      clientId: link.clientId,
      createdAt: new Date(now),
      expiresAt: new Date(now + SESSION_MS),
    });
    return { token, ms: SESSION_MS };
  }

  /** The session of a Cookie header; null without a valid one. */
  async ofCookies(header: string | undefined): Promise<Session | null> {
    const token = cookieOf(header);
    if (!token) return null;
    const session = await this.#sessions.findOne({ _id: hashOf(token).toString('hex') });
    if (!session || session.expiresAt.getTime() <= Date.now()) return null;
    return { clientId: session.clientId, mark: session._id.slice(0, MARK_CHARACTERS) };
  }

  async signOut(header: string | undefined): Promise<void> {
    const token = cookieOf(header);
    if (token) await this.#sessions.deleteOne({ _id: hashOf(token).toString('hex') });
  }
}

function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function cookieOf(header: string | undefined): string | undefined {
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${SESSION_COOKIE}=`))
    ?.slice(SESSION_COOKIE.length + 1);
}
