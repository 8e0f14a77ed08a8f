/** The two ways in which a shop becomes a connection: the owner grants a key by one click, or pastes one. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type {
  ConnectedAccount,
  ConnectRequest,
  ConsentAnswer,
  ConsentWay,
  KeysWay,
} from '#runtime/sync/channel-connect.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { examine, type Keys } from './examine.ts';
import { TIMEOUTS } from './http.ts';
import { WooCommerceSecret } from './secret.ts';
import { shopAddress } from './shop-address.ts';
import { siteIndex } from './site-findings.ts';

const WEBHOOK_SECRET_BYTES = 32;
const LOCAL = /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[)/;

const address = z.string().min(1).max(300).meta({
  title: 'Address of the shop',
  help: 'As customers see it: https://shop.example, with the folder if it lies in one.',
});

/** Works for every shop that this machine can reach. */
export const keysWay: KeysWay<WooCommerceSecret> = {
  id: 'keys',
  kind: 'keys',
  title: 'Paste a key',
  help: 'In WooCommerce under Settings → Advanced → REST API choose "Add key", an administrator as user, and Read/Write; then paste both lines here.',
  form: z.object({
    address,
    consumerKey: WooCommerceSecret.shape.consumerKey.meta({ title: 'Consumer key', help: 'ck_…' }),
    consumerSecret: WooCommerceSecret.shape.consumerSecret.meta({
      title: 'Consumer secret',
      help: 'cs_…, shown once.',
      secret: true,
    }),
  }),
  async connect({ input, sandboxUrl }) {
    const { address: typed, ...keys } = keysWay.form.parse(input) as Keys & { readonly address: string };
    return await accountOf(sandboxUrl ?? shopAddress(typed), keys);
  },
};

/**
 * `/wc-auth/v1/authorize` (class-wc-auth.php): WordPress posts the new key to us and deletes it unless we answer 200.
 * Nothing of that post is signed: what makes it genuine is the random state, which nobody but the owner's browser and the
 * shop have seen, and that the key works.
 */
export const grantWay: ConsentWay<WooCommerceSecret> = {
  id: 'grant',
  kind: 'consent',
  answeredBy: 'server',
  title: 'Approve in WooCommerce',
  help: 'You are sent to your shop, sign in there if need be, and approve once. Needs a SyncFlow that the shop can reach by https.',
  form: z.object({ address }),
  async begin({ input, sandboxUrl }: ConnectRequest, { state, callbackUrl, returnUrl }) {
    const { address: typed } = grantWay.form.parse(input) as { readonly address: string };
    const baseUrl = sandboxUrl ?? shopAddress(typed);
    demandReachable(callbackUrl);
    const url = new URL(`${baseUrl}/wc-auth/v1/authorize`);
    const query = {
      app_name: 'SyncFlow',
      scope: 'read_write',
      user_id: state,
      return_url: returnUrl,
      callback_url: callbackUrl,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return { url: url.href, pending: { baseUrl } };
  },
  stateOf: (answer) => Granted.safeParse(jsonOf(answer)).data?.user_id ?? null,
  async finish(pending, answer) {
    const { baseUrl } = z.object({ baseUrl: z.string() }).parse(pending);
    const granted = Granted.safeParse(jsonOf(answer));
    if (!granted.success || granted.data.key_permissions !== 'read_write') {
      throw new Rejected('The shop granted no key that may read and write.', {
        code: 'far-side.rights',
        fix: 'Connect again and approve "Read/Write", or paste a key instead.',
        action: 'connect-again',
      });
    }
    const { consumer_key: consumerKey, consumer_secret: consumerSecret } = granted.data;
    // The shop waits for our answer with a process of its own, maybe its only one: it is not asked anything now. How it
    // takes the key is found out with the first call.
    return {
      baseUrl,
      name: new URL(baseUrl).host,
      secret: WooCommerceSecret.parse({ consumerKey, consumerSecret, webhookSecret: newWebhookSecret() }),
    };
  },
};

const Granted = z.object({
  user_id: z.union([z.string(), z.number()]).transform(String),
  consumer_key: z.string(),
  consumer_secret: z.string(),
  key_permissions: z.string(),
});

/** @throws {Rejected} with the first thing that stands in the way. */
async function accountOf(baseUrl: string, keys: Keys): Promise<ConnectedAccount<WooCommerceSecret>> {
  const { auth, findings } = await examine(baseUrl, keys);
  const [bad] = findings.filter(({ tone }) => tone === 'bad');
  if (bad) throw rejectionOf(bad);
  if (!auth) throw new Error('a shop that takes no key has a finding that says why');
  const index = await siteIndex({ baseUrl, keys, timeouts: TIMEOUTS, visible: (text) => text });
  return {
    baseUrl,
    name: index?.name.slice(0, 80) || new URL(baseUrl).host,
    secret: WooCommerceSecret.parse({ ...keys, webhookSecret: newWebhookSecret(), auth }),
  };
}

export function rejectionOf({ code, reason, fix, action }: ConnectionFinding): Rejected {
  const isKey = /key|secret|read-only/.test(code);
  return new Rejected(reason, {
    code: isKey
      ? 'far-side.keys'
      : code === 'woocommerce.user-rights'
        ? 'far-side.rights'
        : 'far-side.address',
    fix,
    action,
  });
}

/** What keeps every call out, as the error that each call would end with. */
export function troubleOfFinding(finding: ConnectionFinding): Rejected | Retryable {
  if (finding.code === 'woocommerce.busy')
    return new Retryable(finding.reason, { code: 'far-side.unavailable' });
  if (finding.code === 'woocommerce.unreachable')
    return new Retryable(finding.reason, { code: 'far-side.unreachable' });
  return rejectionOf(finding);
}

/** WordPress calls back over https only, and no address of a private network (wp_safe_remote_post). */
function demandReachable(callbackUrl: string): void {
  const url = new URL(callbackUrl);
  if (url.protocol === 'https:' && !LOCAL.test(url.host)) return;
  throw new Rejected('The shop could not hand its key over: it calls back over public https only.', {
    code: 'far-side.address',
    fix: 'Paste a key instead, or run SyncFlow behind public https and set PUBLIC_URL to that address.',
    action: 'connect-again',
  });
}

/** Without signs that WordPress would decode before it signs with it. */
function newWebhookSecret(): string {
  return randomBytes(WEBHOOK_SECRET_BYTES).toString('base64url');
}

function jsonOf({ body }: ConsentAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
