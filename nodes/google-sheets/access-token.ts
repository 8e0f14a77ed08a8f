/** Access tokens of a service account: a JWT that it signed, exchanged at Google for an hour's token (RFC 7523). */
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { callService } from '../kit/service-call.ts';
import { rejectedFor, troubleOfStatus } from '../kit/service-refusal.ts';
import type { ServiceAccount } from './secret.ts';

const GOOGLE = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EARLY_MS = 60_000;
const KEPT_MAX = 1_000;

const Answer = z.object({ access_token: z.string(), expires_in: z.number() });
const Refused = z.object({ error: z.string(), error_description: z.string().optional() });

const kept = new Map<string, { readonly token: string; readonly untilMs: number }>();

/**
 * @param sandbox origin of a sandbox that stands in for Google; null: Google.
 * @throws {Rejected} when the key is not accepted (any more); {Retryable} when it could not be asked.
 */
export async function accessToken(account: ServiceAccount, sandbox: string | null): Promise<string> {
  const url = sandbox ? `${sandbox}/token` : GOOGLE;
  const name = `${url} ${account.private_key_id}`;
  const known = kept.get(name);
  if (known && known.untilMs > Date.now()) return known.token;
  const body = new URLSearchParams({ grant_type: GRANT, assertion: await signed(account, url) });
  const answer = await callService({ url, method: 'POST', body, name: 'token', reading: true });
  if (answer.status >= 300) {
    const { error = '', error_description: says = '' } = Refused.safeParse(answer.json).data ?? {};
    if (error === 'invalid_grant' || error === 'invalid_client' || answer.status === 401) throw refused(says);
    throw troubleOfStatus('Google', answer, says || error, true);
  }
  const { access_token: token, expires_in: seconds } = Answer.parse(answer.json);
  if (kept.size >= KEPT_MAX) kept.clear();
  kept.set(name, { token, untilMs: Date.now() + seconds * 1_000 - EARLY_MS });
  return token;
}

/** A token was refused before its time: the next call fetches a new one. */
export function forgetToken(account: ServiceAccount, sandbox: string | null): void {
  kept.delete(`${sandbox ? `${sandbox}/token` : GOOGLE} ${account.private_key_id}`);
}

async function signed({ client_email, private_key, private_key_id }: ServiceAccount, audience: string) {
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw refused('the private key in the file is damaged');
  });
  return await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: private_key_id })
    .setIssuer(client_email)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
}

function refused(says: string) {
  return rejectedFor({
    reason: `Google does not accept the key of the service account.${says && ` It says: ${says}.`}`,
    fix: 'Make a new key in Google Cloud under IAM, Service accounts, Keys, and connect again with it.',
    code: 'far-side.keys',
    concerns: 'connection',
  });
}
