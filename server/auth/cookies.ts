/**
 * The two cookies of a session. Neither can be read by a script. The refresh token is never sent by a foreign site's doing;
 * the access token only when a foreign site leads the person here (a channel's consent does), which changes nothing: what
 * changes something needs a header of our own page.
 */
import type { CookieOptions, Response } from 'express';
import { ACCESS_SECONDS, CONSENT_SECONDS } from './access-token.ts';
import type { Tokens } from './sessions.ts';

const REFRESH_PATH = '/api/v1/session';
/** The token itself ends earlier; that it is late is forgiven to who comes back from a consent alone. */
const ACCESS_MS = (ACCESS_SECONDS + CONSENT_SECONDS) * 1_000;
const REFRESH_MS = 30 * 24 * 3_600_000;

export interface SessionCookies {
  set(response: Response, tokens: Tokens): void;
  clear(response: Response): void;
  accessOf(header: string | undefined): string | undefined;
  refreshOf(header: string | undefined): string | undefined;
}

/** @param secure whether the page is reached by https: then the names promise what browsers hold them to. */
export function sessionCookies(secure: boolean): SessionCookies {
  const access = secure ? '__Host-syncflow' : 'syncflow';
  const refresh = secure ? '__Secure-syncflow-refresh' : 'syncflow-refresh';
  const common: CookieOptions = { httpOnly: true, secure };
  const forAccess: CookieOptions = { ...common, sameSite: 'lax', path: '/' };
  const forRefresh: CookieOptions = { ...common, sameSite: 'strict', path: REFRESH_PATH };
  return {
    set: (response, tokens) => {
      response.cookie(access, tokens.access, { ...forAccess, maxAge: ACCESS_MS });
      response.cookie(refresh, tokens.refresh, { ...forRefresh, maxAge: REFRESH_MS });
    },
    clear: (response) => {
      response.clearCookie(access, forAccess);
      response.clearCookie(refresh, forRefresh);
    },
    accessOf: (header) => cookieOf(header, access),
    refreshOf: (header) => cookieOf(header, refresh),
  };
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}
