/** Access tokens and refresh tokens of the app. Facts: facts of shopify.dev, access-tokens/offline-access-tokens. */
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { AppState } from './app-state.ts';

export interface IssuedToken {
  readonly accessToken: string;
  readonly scopes: readonly string[];
  /** null: it never runs out. */
  readonly lifeMs: number | null;
  readonly refreshToken: string | null;
}

export interface TokenBook {
  /** The scopes of a token that is let in now; null: it is not. */
  scopesOf(token: string): readonly string[] | null;
  issue(scopes: readonly string[], kind: 'fixed' | 'expiring' | 'client-credentials'): IssuedToken;
  /**
   * A new pair for a refresh token. The old refresh token stays usable until the new one is used for the first time
   * (changelog of 2026-08-28), so that an answer that got lost costs nothing.
   */
  refresh(refreshToken: string): IssuedToken | null;
}

export const REFRESH_LIFE_MS = 90 * 86_400_000;
const CLIENT_CREDENTIALS_LIFE_MS = 86_399_000;

export function openTokens(database: DatabaseSync, app: AppState, fixedToken: string): TokenBook {
  const insert = database.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT scopes, expiresAtMs FROM tokens WHERE token = ?');
  const selectRefresh = database.prepare(
    'SELECT scopes, replaces FROM tokens WHERE refreshToken = ? AND refreshExpiresAtMs > ?',
  );
  const forget = database.prepare('UPDATE tokens SET refreshToken = NULL WHERE refreshToken = ?');

  const write = (
    scopes: readonly string[],
    lifeMs: number | null,
    refreshes: boolean,
    replaces: string | null,
  ): IssuedToken => {
    const accessToken = `shpat_${randomBytes(16).toString('hex')}`;
    const refreshToken = refreshes ? `shprt_${randomBytes(16).toString('hex')}` : null;
    const now = Date.now();
    const expiresAtMs = lifeMs === null ? null : now + lifeMs;
    insert.run(accessToken, scopes.join(','), expiresAtMs, refreshToken, now + REFRESH_LIFE_MS, replaces);
    return { accessToken, scopes, lifeMs, refreshToken };
  };

  return {
    scopesOf: (token) => {
      if (!app.installed || app.revoked) return null;
      if (token === fixedToken) return app.scopes;
      const row = select.get(token);
      if (!row || (row.expiresAtMs !== null && Number(row.expiresAtMs) <= Date.now())) return null;
      return String(row.scopes).split(',');
    },
    issue: (scopes, kind) => {
      if (kind === 'client-credentials') return write(scopes, CLIENT_CREDENTIALS_LIFE_MS, false, null);
      return write(scopes, kind === 'expiring' ? app.tokenMs : null, kind === 'expiring', null);
    },
    refresh: (refreshToken) => {
      if (!app.installed || app.revoked) return null;
      const row = selectRefresh.get(refreshToken, Date.now());
      if (!row) return null;
      if (typeof row.replaces === 'string') forget.run(row.replaces);
      return write(String(row.scopes).split(','), app.tokenMs, true, refreshToken);
    },
  };
}
