/** The second factor: codes of an authenticator app (RFC 6238), and recovery codes for a lost one. */
import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { renderSVG } from 'uqr';
import { hashOfToken } from './secret-token.ts';

const SECRET_BYTES = 20;
const PERIOD_SECONDS = 30;
/** Clocks differ: one step before and after counts too. */
const WINDOW_STEPS = 1;
const RECOVERY_CODES = 8;
/** Without letters and digits that look alike. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const RECOVERY_LETTERS = 16;

export interface NewTotp {
  /** Base32, to be typed into an app that can't see. */
  readonly secret: string;
  /** A picture of the code that apps read. */
  readonly svg: string;
}

export function newTotp(email: string): NewTotp {
  const secret = new Secret({ size: SECRET_BYTES });
  const uri = totpOf(secret.base32, email).toString();
  return { secret: secret.base32, svg: renderSVG(uri, { border: 2 }) };
}

/** The time step whose code this is; null when it is none that works now. */
export function stepOfCode(secret: string, code: string, nowMs = Date.now()): number | null {
  const token = code.replaceAll(' ', '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = totpOf(secret, '').validate({ token, timestamp: nowMs, window: WINDOW_STEPS });
  return delta === null ? null : Math.floor(nowMs / 1_000 / PERIOD_SECONDS) + delta;
}

/** The code of a moment: for tests, which have no phone. */
export function codeAt(secret: string, nowMs: number): string {
  return totpOf(secret, '').generate({ timestamp: nowMs });
}

/** Eight new codes: `abcd-efgh-jkmn-pqrs`. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    Array.from({ length: RECOVERY_LETTERS }, (_, index) => {
      const dash = index > 0 && index % 4 === 0 ? '-' : '';
      return `${dash}${LETTERS[randomInt(LETTERS.length)]}`;
    }).join(''),
  );
}

/** What is kept of a recovery code; however it is typed. */
export function hashOfRecoveryCode(code: string): string {
  return hashOfToken(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

function totpOf(secret: string, email: string): TOTP {
  return new TOTP({
    issuer: 'SyncFlow',
    label: email,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_SECONDS,
  });
}
