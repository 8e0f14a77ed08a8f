/**
 * Signatures by the Standard Webhooks convention (standardwebhooks.com, specification 1.0): HMAC-SHA256 over
 * `id.timestamp.body`, in base64, with a version before it. Node's own crypto does all of it; the npm package
 * `standardwebhooks` brings two more packages for the same, with a SHA-256 written in JavaScript.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'whsec_';
/** How far a receiver lets the sender's clock be from its own: older deliveries may be replayed ones. */
const TOLERANCE_SECONDS = 5 * 60;

export interface SignedHeaders {
  readonly 'webhook-id': string;
  /** Seconds since 1970. */
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** @param secrets each `whsec_` and the key in base64; several while one is being replaced. */
export function signedHeaders(secrets: readonly string[], id: string, at: Date, body: string): SignedHeaders {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = secrets.map(
    (secret) => `v1,${signatureOf(secret, id, timestamp, body).toString('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/**
 * Whether a delivery was signed with the secret a short while ago. Several signatures may stand in the header with
 * blanks between, while a secret is being replaced.
 */
export function isSigned(
  secret: string,
  headers: SignedHeaders,
  body: string,
  now: Date = new Date(),
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  const ageSeconds = Math.abs(now.getTime() / 1_000 - Number(timestamp));
  if (!/^\d{1,12}$/.test(timestamp) || ageSeconds > TOLERANCE_SECONDS) return false;
  const expected = signatureOf(secret, id, timestamp, body);
  return signatures.split(' ').some((entry) => {
    const [version, base64 = ''] = entry.split(',');
    const given = Buffer.from(base64, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function signatureOf(secret: string, id: string, timestamp: string, body: string): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
}
