/**
 * Refresh tokens: `<session>.<generation>.<mac>`. Each is made from the one before by counting, so a genuine old one is
 * told from a guess, and two tabs that refresh at once get the very same successor.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface RefreshToken {
  readonly sessionId: string;
  readonly generation: number;
}

const TOKEN = /^([A-Za-z0-9_-]{20,40})\.(\d{1,9})\.([A-Za-z0-9_-]{43})$/;

export function makeRefreshToken(key: Buffer, { sessionId, generation }: RefreshToken): string {
  return `${sessionId}.${generation}.${macOf(key, sessionId, generation).toString('base64url')}`;
}

/** null for what was never handed out. */
export function readRefreshToken(key: Buffer, token: string): RefreshToken | null {
  const [, sessionId = '', digits = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (sessionId === '') return null;
  const generation = Number(digits);
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(key, sessionId, generation);
  return given.length === right.length && timingSafeEqual(given, right) ? { sessionId, generation } : null;
}

function macOf(key: Buffer, sessionId: string, generation: number): Buffer {
  return createHmac('sha256', key).update(`${sessionId}.${generation}`).digest();
}
