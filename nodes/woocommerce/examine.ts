/**
 * Looks at a shop from outside and says what stands in the way, or how its key is best shown. Facts:
 * class-wc-rest-authentication.php (which failure is answered how), and the transport troubles named in findings.ts.
 *
 * WooCommerce gives many failures one code, and its texts are translated. So the shop's answer is compared with those to
 * calls that are wrong on purpose: with an unknown key, and with a wrong secret.
 */
import { z } from 'zod';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { finding } from './findings.ts';
import { type Answer, isJson, isToNobody, type RestTimeouts, send, TIMEOUTS, waysFor } from './http.ts';
import { networkFinding } from './network-finding.ts';
import { pageFinding } from './page-finding.ts';
import type { AuthWay, WooCommerceSecret } from './secret.ts';
import { clockFindings, settingFindings } from './site-findings.ts';
import { visibleText } from './visible-text.ts';

export type Keys = Pick<WooCommerceSecret, 'consumerKey' | 'consumerSecret'>;

export interface Examination {
  /** The way in which the shop takes the key; null: it does not take it, and the findings say why. */
  readonly auth: AuthWay | null;
  readonly findings: readonly ConnectionFinding[];
}

/** One shop, and what is needed to ask it something. */
export interface Asking {
  readonly baseUrl: string;
  readonly keys: Keys;
  readonly timeouts: RestTimeouts;
  readonly visible: (text: string) => string;
}

const UNKNOWN_KEY = 'ck_0000000000000000000000000000000000000000';
const WRONG_SECRET = 'cs_0000000000000000000000000000000000000000';
/** Reads one row, and nothing of it but the id. */
const PROBE = 'orders?per_page=1&_fields=id';
const OK = 200;

/** Never throws for what a shop may do. Writes nothing. */
export async function examine(
  baseUrl: string,
  keys: Keys & Partial<Pick<WooCommerceSecret, 'auth' | 'webhookSecret'>>,
  timeouts: RestTimeouts = TIMEOUTS,
): Promise<Examination> {
  const visible = visibleText({ webhookSecret: '-', ...keys });
  const asking: Asking = { baseUrl, keys, timeouts, visible };
  const ways = waysFor(new URL(baseUrl), keys.auth);
  let answer: Answer | undefined;
  let auth: AuthWay | undefined;
  for (const way of ways) {
    const next = await ask(asking, PROBE, way).catch((error: unknown) => error);
    if (!isAnswer(next)) return { auth: null, findings: [networkFinding(next, visible)] };
    const better = !answer || next.status === OK || (isToNobody(answer) && isRefusal(next));
    if (better) [answer, auth] = [next, way];
    // Only a key that did not arrive can do better in another way.
    if (!isToNobody(next)) break;
  }
  if (!answer || !auth) throw new Error('a shop has at least one way to show a key');
  if (answer.status === OK && isJson(answer)) return await examineKnown(asking, auth, answer);
  const clock = clockFindings(answer, auth);
  return { auth: null, findings: [await whyNot(asking, answer, auth, clock)] };
}

export async function ask(
  { baseUrl, keys, timeouts }: Asking,
  path: string,
  way: AuthWay,
  method: 'GET' | 'POST' = 'GET',
): Promise<Answer> {
  const url = new URL(`${baseUrl}/wp-json/wc/v3/${path}`);
  return await send(url, { method, ...(method === 'POST' ? { body: {} } : {}) }, keys, way, timeouts);
}

/** The key is taken for reading: may it write, and is the shop set up so that it is of use? */
async function examineKnown(asking: Asking, auth: AuthWay, answer: Answer): Promise<Examination> {
  const findings: ConnectionFinding[] = [];
  // A batch of nothing: WooCommerce checks the key's permissions and the user's rights, and does nothing.
  const writing = await ask(asking, 'products/batch', auth, 'POST').catch((error: unknown) => error);
  if (!isAnswer(writing)) findings.push(networkFinding(writing, asking.visible));
  else if (writing.status === 401) findings.push(finding('woocommerce.read-only', 'write'));
  else if (writing.status === 403 && isJson(writing)) findings.push(finding('woocommerce.user-rights'));
  else if (writing.status >= 300) findings.push(await pageFinding(asking, writing));
  if (auth === 'query') findings.push(finding('woocommerce.header-dropped'));
  if (auth === 'oauth1-http') findings.push(finding('woocommerce.proxy'));
  findings.push(...clockFindings(answer, auth), ...(await settingFindings(asking, auth)));
  return { auth, findings };
}

async function whyNot(
  asking: Asking,
  answer: Answer,
  auth: AuthWay,
  clock: readonly ConnectionFinding[],
): Promise<ConnectionFinding> {
  const code = wordPressCode(answer);
  if (answer.status === 401 && code?.startsWith('woocommerce_rest_')) {
    if (isToNobody(answer)) return finding('woocommerce.key-unknown');
    const [offByTime] = clock.filter(({ tone }) => tone === 'bad');
    return offByTime ?? (await whyRefused(asking, answer, auth));
  }
  if (answer.status === 403 && code?.startsWith('woocommerce_rest_'))
    return finding('woocommerce.user-rights');
  return await pageFinding(asking, answer);
}

/** WooCommerce saw a key and refused it: by comparison with refusals of which the cause is known. */
async function whyRefused(asking: Asking, answer: Answer, auth: AuthWay): Promise<ConnectionFinding> {
  const refusalOf = async (keys: Keys) =>
    await ask({ ...asking, keys }, PROBE, auth).then(
      ({ text }) => text,
      () => '',
    );
  const { keys } = asking;
  if (answer.text === (await refusalOf({ ...keys, consumerKey: UNKNOWN_KEY })))
    return finding('woocommerce.key-unknown');
  if (answer.text !== (await refusalOf({ ...keys, consumerSecret: WRONG_SECRET })))
    return finding('woocommerce.read-only', 'read');
  // Signatures also fail when the shop goes by another address than the one that was signed.
  const [elsewhere] = (await settingFindings(asking, auth)).filter(
    (found) => found.code === 'woocommerce.other-home',
  );
  return auth.startsWith('oauth1') && elsewhere
    ? { ...elsewhere, tone: 'bad' }
    : finding('woocommerce.secret-wrong');
}

/** Neither well nor to nobody: WooCommerce itself saw a key. */
function isRefusal(answer: Answer): boolean {
  return wordPressCode(answer) === 'woocommerce_rest_authentication_error';
}

export function wordPressCode(answer: Answer): string | null {
  if (!isJson(answer)) return null;
  try {
    return z.object({ code: z.string() }).parse(JSON.parse(answer.text)).code;
  } catch {
    return null;
  }
}

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'status' in value && 'text' in value;
}
