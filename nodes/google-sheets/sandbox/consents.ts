/** Google's consent page and token endpoint of the sandbox: whoever comes agrees at once, unless they are told not to. */
import { createHash, randomBytes } from 'node:crypto';
import type { SandboxAnswer } from '../../kit/service-sandbox.ts';

export const SANDBOX_CLIENT = {
  clientId: '123-sandbox.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-sandbox-secret',
} as const;
const SCOPE = 'https://www.googleapis.com/auth/spreadsheets';

interface Asked {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly offline: boolean;
}

export class SandboxConsents {
  readonly #codes = new Map<string, Asked>();
  readonly #refreshTokens = new Set<string>();
  /** What the next person does: agrees, says no, or takes the mark at spreadsheets away. */
  next: 'agrees' | 'says no' | 'takes the mark away' = 'agrees';

  /** The person takes the app's access away. */
  takeBack(): void {
    this.#refreshTokens.clear();
  }

  /** `/o/oauth2/v2/auth` */
  page(query: URLSearchParams): SandboxAnswer {
    const redirectUri = query.get('redirect_uri') ?? '';
    const isWhole =
      query.get('client_id') === SANDBOX_CLIENT.clientId &&
      query.get('response_type') === 'code' &&
      query.get('scope') === SCOPE &&
      query.get('code_challenge_method') === 'S256' &&
      URL.canParse(redirectUri);
    if (!isWhole) return { status: 400, body: 'Error 400: invalid_request' };
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    if (this.next === 'says no') back.searchParams.set('error', 'access_denied');
    else {
      const code = `4/${randomBytes(20).toString('base64url')}`;
      const offline = query.get('access_type') === 'offline' && query.get('prompt') === 'consent';
      this.#codes.set(code, { redirectUri, challenge: query.get('code_challenge') ?? '', offline });
      back.searchParams.set('code', code);
    }
    return { status: 302, headers: { location: back.href } };
  }

  /** A code or a refresh token for an access token. */
  exchange(fields: URLSearchParams, issued: (more?: object) => SandboxAnswer): SandboxAnswer {
    const { clientId, clientSecret } = SANDBOX_CLIENT;
    if (fields.get('client_id') !== clientId || fields.get('client_secret') !== clientSecret)
      return { status: 401, body: { error: 'invalid_client', error_description: 'Unauthorized' } };
    if (fields.get('grant_type') === 'refresh_token')
      return this.#refreshTokens.has(fields.get('refresh_token') ?? '')
        ? issued({ scope: SCOPE })
        : refused('Token has been expired or revoked.');
    const code = fields.get('code') ?? '';
    const asked = this.#codes.get(code);
    // A code is good for one use.
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(fields.get('code_verifier') ?? '')
      .digest('base64url');
    if (!asked || asked.challenge !== challenge || asked.redirectUri !== fields.get('redirect_uri'))
      return refused('Malformed auth code.');
    const refreshToken = `1//${randomBytes(30).toString('base64url')}`;
    this.#refreshTokens.add(refreshToken);
    return issued({
      scope: this.next === 'takes the mark away' ? 'openid' : SCOPE,
      ...(asked.offline && { refresh_token: refreshToken }),
    });
  }
}

const refused = (error_description: string): SandboxAnswer => ({
  status: 400,
  body: { error: 'invalid_grant', error_description },
});
