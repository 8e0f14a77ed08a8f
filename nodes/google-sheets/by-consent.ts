/**
 * Connecting a spreadsheet by a person's consent (developers.google.com/identity/protocols/oauth2/web-server): for whoever may
 * make no service account. The OAuth client is one's own, so that nobody else's quota or verification stands in the way.
 */
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Rejected } from '#runtime/errors.ts';
import type { ConnectedAccount, ConsentAnswer, ConsentWay } from '#runtime/sync/channel-connect.ts';
import { rejectedFor } from '../kit/service-refusal.ts';
import { askForToken, SCOPE, type TokenAnswer } from './access-token.ts';
import { readSpreadsheet, SHEETS_API } from './client.ts';
import { ConsentForm, consentSecretOf } from './secret.ts';

const GOOGLE = 'https://accounts.google.com';
const VERIFIER_BYTES = 48;

/** What `finish` has to know again. */
const Pending = z.object({
  input: z.unknown(),
  sandboxUrl: z.string().nullable(),
  verifier: z.string(),
  callbackUrl: z.string(),
});

export const byConsent: ConsentWay = {
  id: 'consent',
  kind: 'consent',
  title: 'Sign in with Google',
  help: 'You are sent to Google and agree there that SyncFlow writes to your spreadsheets; it writes to the one you name here alone. It needs an OAuth client of your own Google Cloud project, with this redirect address: <address of your SyncFlow>/connect/google-sheets/callback.',
  answeredBy: 'browser',
  form: ConsentForm,
  begin: async ({ input, sandboxUrl }, { state, callbackUrl }) => {
    const { clientId } = ConsentForm.parse(input);
    const verifier = randomBytes(VERIFIER_BYTES).toString('base64url');
    const url = new URL('/o/oauth2/v2/auth', sandboxUrl ?? GOOGLE);
    url.search = String(
      new URLSearchParams({
        client_id: clientId,
        redirect_uri: callbackUrl,
        response_type: 'code',
        scope: SCOPE,
        state,
        // Only so a refresh token comes each time, and not at the very first consent alone.
        access_type: 'offline',
        prompt: 'consent',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }),
    );
    return { url: url.href, pending: { input, sandboxUrl, verifier, callbackUrl } };
  },
  stateOf: ({ query }) => query.state ?? null,
  finish: async (kept, answer) => {
    const { input, sandboxUrl, verifier, callbackUrl } = Pending.parse(kept);
    const { clientId, clientSecret } = ConsentForm.parse(input);
    const tokens = await askForToken(
      {
        grant_type: 'authorization_code',
        code: codeIn(answer),
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: callbackUrl,
        code_verifier: verifier,
      },
      sandboxUrl,
      clientRefused,
    );
    return await accountOf(input, tokens, sandboxUrl ?? SHEETS_API);
  },
};

function codeIn({ query: { code, error } }: ConsentAnswer): string {
  if (code) return code;
  throw new Rejected(
    error === 'access_denied'
      ? 'You did not agree at Google.'
      : `Google gave no consent${error ? ` (${error.slice(0, 100)})` : ''}.`,
    {
      code: 'far-side.rights',
      fix: 'Connect again, and agree there. If Google shows an error instead, follow what it says.',
      action: 'connect-again',
    },
  );
}

async function accountOf(
  input: unknown,
  { refresh_token: refreshToken, scope }: TokenAnswer,
  baseUrl: string,
): Promise<ConnectedAccount> {
  // Google lets people take marks away on its page.
  if (scope !== undefined && !scope.split(' ').includes(SCOPE)) {
    throw rejectedFor({
      reason: 'You agreed at Google, but not to spreadsheets.',
      fix: 'Connect again, and leave the mark at spreadsheets on Google’s page.',
      code: 'far-side.rights',
      concerns: 'connection',
    });
  }
  if (!refreshToken) {
    throw rejectedFor({
      reason: 'Google gave a key for an hour only.',
      fix: 'Take the app’s access away at myaccount.google.com/permissions, then connect again.',
      code: 'far-side.keys',
      concerns: 'connection',
    });
  }
  const secret = consentSecretOf(input, refreshToken);
  const { properties } = await readSpreadsheet({ far: { baseUrl, secret } });
  return { baseUrl, secret, name: `Sheet: ${properties?.title ?? secret.spreadsheetId}` };
}

const clientRefused = (says: string) =>
  rejectedFor({
    reason: `Google does not accept the client ID and secret, or the consent is too old.${says && ` It says: ${says}.`}`,
    fix: 'Check both in Google Cloud under APIs and services, Credentials, and connect again.',
    code: 'far-side.keys',
    concerns: 'connection',
  });
