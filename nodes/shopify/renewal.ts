/** Tokens that run out, and how the next one is got. */
import { Rejected } from '#runtime/errors.ts';
import type { KeyRenewal } from '#runtime/sync/channel-connect.ts';
import type { ShopifySecret } from './secret.ts';
import { askForToken, type TokenAnswer } from './token-endpoint.ts';

/** A token is renewed so long before its end, or half-way where it lives shorter than twice that. */
const EARLY_MS = 5 * 60_000;
/** What Shopify promises where an answer does not say it. */
const TOKEN_SECONDS = 3_600;
const CLIENT_CREDENTIALS_SECONDS = 86_399;
const REFRESH_SECONDS = 90 * 86_400;

export const renewal: KeyRenewal<ShopifySecret> = {
  dueAt: ({ grant }) => (grant ? new Date(grant.expiresAtMs - EARLY_MS) : null),
  renew: async ({ baseUrl, secret }) => {
    const { grant, shop, clientId, clientSecret } = secret;
    if (!grant || !clientId) throw cannotRenew(shop);
    const ask =
      grant.kind === 'code'
        ? ({ grant: 'refresh', refreshToken: grant.refreshToken } as const)
        : ({ grant: 'client-credentials' } as const);
    const answer = await askForToken({ baseUrl, shop, clientId, clientSecret, ask });
    return withToken(secret, answer, grant.kind);
  },
};

/** The secret with the token of an answer. */
export function withToken(
  secret: Omit<ShopifySecret, 'accessToken'>,
  answer: TokenAnswer,
  kind: 'code' | 'client-credentials',
): ShopifySecret {
  const { grant: _before, ...kept } = secret;
  const now = Date.now();
  const at = (seconds: number) => now + Math.floor(seconds * 1_000);
  if (kind === 'client-credentials') {
    const expiresAtMs = at(answer.expires_in ?? CLIENT_CREDENTIALS_SECONDS);
    return { ...kept, accessToken: answer.access_token, grant: { kind, expiresAtMs } };
  }
  // An app that is not obliged to may be given a token without an end.
  if (!answer.refresh_token) return { ...kept, accessToken: answer.access_token };
  return {
    ...kept,
    accessToken: answer.access_token,
    grant: {
      kind,
      // An answer without `expires_in` must not stop the renewing for good (shopify-app-js#3400).
      expiresAtMs: at(answer.expires_in ?? TOKEN_SECONDS),
      refreshToken: answer.refresh_token,
      refreshExpiresAtMs: at(answer.refresh_token_expires_in ?? REFRESH_SECONDS),
    },
  };
}

function cannotRenew(shop: string): Rejected {
  return new Rejected(
    `${shop} does not accept SyncFlow's token any more, and it is one that can't be renewed.`,
    {
      code: 'far-side.keys',
      fix: 'Connect the shop again by an app of your own: tokens of the old kind are no longer made by Shopify.',
      action: 'connect-again',
    },
  );
}
