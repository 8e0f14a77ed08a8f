/**
 * Access tokens of an hour. A service account signs a JWT and exchanges it (RFC 7523); a person's consent left a refresh token,
 * which Google exchanges as often as one likes, until the person takes it back.
 */
import { createHash } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { callService } from '../kit/service-call.ts';
import { rejectedFor, troubleOfStatus } from '../kit/service-refusal.ts';
import type { ServiceAccount, SheetsSecret } from './secret.ts';

const GOOGLE = 'https://oauth2.googleapis.com/token';
export const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EARLY_MS = 60_000;
const KEPT_MAX = 1_000;

const Answer = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  refresh_token: z.string().optional(),
  scope: z.string().optional(),
});
export type TokenAnswer = z.infer<typeof Answer>;
const Refused = z.object({ error: z.string(), error_description: z.string().optional() });

const kept = new Map<string, { readonly token: string; readonly untilMs: number }>();

/**
 * @param sandbox origin of a sandbox that stands in for Google; null: Google.
 * @throws {Rejected} when the key or the consent is not accepted (any more); {Retryable} when it could not be asked.
 */
export async function accessToken(secret: SheetsSecret, sandbox: string | null): Promise<string> {
  const name = nameOf(secret, sandbox);
  const known = kept.get(name);
  if (known && known.untilMs > Date.now()) return known.token;
  const { access_token: token, expires_in: seconds } =
    'account' in secret
      ? await askForToken(
          { grant_type: GRANT, assertion: await signed(secret.account, tokenUrl(sandbox)) },
          sandbox,
          keyRefused,
        )
      : await askForToken(
          {
            grant_type: 'refresh_token',
            refresh_token: secret.consent.refreshToken,
            client_id: secret.consent.clientId,
            client_secret: secret.consent.clientSecret,
          },
          sandbox,
          consentRefused,
        );
  if (kept.size >= KEPT_MAX) kept.clear();
  kept.set(name, { token, untilMs: Date.now() + seconds * 1_000 - EARLY_MS });
  return token;
}

/** A token was refused before its time: the next call fetches a new one. */
export function forgetToken(secret: SheetsSecret, sandbox: string | null): void {
  kept.delete(nameOf(secret, sandbox));
}

/**
 * Asks Google's token endpoint.
 * @param refused the error for a no, by the words of the answer.
 */
export async function askForToken(
  fields: Readonly<Record<string, string>>,
  sandbox: string | null,
  refused: (says: string) => Error,
): Promise<TokenAnswer> {
  const body = new URLSearchParams(fields);
  const url = tokenUrl(sandbox);
  const answer = await callService({ url, method: 'POST', body, name: 'token', reading: true });
  if (answer.status < 300) return Answer.parse(answer.json);
  const { error = '', error_description: says = '' } = Refused.safeParse(answer.json).data ?? {};
  if (error === 'invalid_grant' || error === 'invalid_client' || answer.status === 401) throw refused(says);
  throw troubleOfStatus('Google', answer, says || error, true);
}

const tokenUrl = (sandbox: string | null): string => (sandbox ? `${sandbox}/token` : GOOGLE);

function nameOf(secret: SheetsSecret, sandbox: string | null): string {
  const holder =
    'account' in secret
      ? secret.account.private_key_id
      : createHash('sha256').update(secret.consent.refreshToken).digest('hex');
  return `${tokenUrl(sandbox)} ${holder}`;
}

async function signed({ client_email, private_key, private_key_id }: ServiceAccount, audience: string) {
  const key = await importPKCS8(private_key, 'RS256').catch(() => {
    throw keyRefused('the private key in the file is damaged');
  });
  return await new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: private_key_id })
    .setIssuer(client_email)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key);
}

const saying = (says: string): string => says && ` It says: ${says}.`;

const keyRefused = (says: string) =>
  rejectedFor({
    reason: `Google does not accept the key of the service account.${saying(says)}`,
    fix: 'Make a new key in Google Cloud under IAM, Service accounts, Keys, and connect again with it.',
    code: 'far-side.keys',
    concerns: 'connection',
  });

/** Refresh tokens of apps that are "in testing" die after seven days; others when they were not used for half a year. */
const consentRefused = (says: string) =>
  rejectedFor({
    reason: `Your consent at Google is no longer valid, or the client secret was changed.${saying(says)}`,
    fix: 'Connect again, and agree at Google once more. If it ends after a week: publish the app in Google Cloud under OAuth consent screen.',
    code: 'far-side.keys',
    concerns: 'connection',
  });
