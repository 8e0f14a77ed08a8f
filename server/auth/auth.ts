/** Everything by which somebody proves who they are, opened together. */
import type { IncomingMessage } from 'node:http';
import type { Database } from '#runtime/database/open-database.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import { AuditLog } from '../audit/audit-log.ts';
import { CONSENT_SECONDS } from './access-token.ts';
import { ApiKeys } from './api-keys.ts';
import { Attempts } from './attempts.ts';
import { type SessionCookies, sessionCookies } from './cookies.ts';
import { OneTimeLinks } from './one-time-links.ts';
import type { Principal } from './principal.ts';
import { Sessions } from './sessions.ts';
import { SignInLink } from './sign-in-link.ts';
import { readSigningKeys } from './signing-key.ts';

export interface Auth {
  readonly audit: AuditLog;
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly attempts: Attempts;
  readonly links: OneTimeLinks;
  /** What the terminal shows. */
  readonly signInLink: SignInLink;
  readonly cookies: SessionCookies;
}

/** @param secure whether the page is reached by https. */
export async function openAuth(database: Database, vault: Vault, secure: boolean): Promise<Auth> {
  const audit = new AuditLog(database.db);
  return {
    audit,
    sessions: new Sessions(database, await readSigningKeys(database.db, vault)),
    keys: new ApiKeys(database),
    attempts: new Attempts(database.db),
    links: new OneTimeLinks(database),
    signInLink: new SignInLink(),
    cookies: sessionCookies(secure),
  };
}

/** Who comes back from a channel's consent page: their session, which they could not renew there. A key is nobody there. */
export async function backFromConsent(
  { sessions, cookies }: Auth,
  { headers }: Pick<IncomingMessage, 'headers'>,
): Promise<Principal | null> {
  const access = cookies.accessOf(headers.cookie);
  return access === undefined ? null : await sessions.ofAccessToken(access, CONSENT_SECONDS);
}

const BEARER = /^Bearer ([A-Za-z0-9_.-]{1,500})$/i;

/** Who sent a request; null when that is not proven. A key wins over a cookie. */
export async function principalOf(
  { sessions, keys, cookies }: Auth,
  { headers }: Pick<IncomingMessage, 'headers'>,
  address: string,
): Promise<Principal | null> {
  if (headers.authorization !== undefined) {
    const [, key] = BEARER.exec(headers.authorization) ?? [];
    return key === undefined ? null : await keys.principal(key, address);
  }
  const access = cookies.accessOf(headers.cookie);
  return access === undefined ? null : await sessions.ofAccessToken(access);
}
