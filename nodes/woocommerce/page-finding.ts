/** What it means when not WooCommerce answered, but something on the way to it. */
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { type Asking, wordPressCode } from './examine.ts';
import { finding } from './findings.ts';
import { type Answer, isJson, send } from './http.ts';

/** For an answer that is neither what was asked for nor a refusal of WooCommerce's own. */
export async function pageFinding(asking: Asking, answer: Answer): Promise<ConnectionFinding> {
  const { visible } = asking;
  const { status } = answer;
  if (status >= 300 && status < 400) return redirectFinding(answer, visible);
  if (status === 429 || (status >= 500 && status !== 503))
    return finding('woocommerce.busy', `status ${status}`);
  const code = wordPressCode(answer);
  if (code === 'rest_no_route') return finding('woocommerce.not-active');
  if (code) return finding('woocommerce.security-plugin', visible(code));
  if (status === 404) return await missingFinding(asking);
  const said = visible(answer.text).slice(0, 80);
  if (status === 503) return finding('woocommerce.busy', said || 'status 503');
  return finding('woocommerce.firewall', said || `status ${status}`);
}

function redirectFinding(answer: Answer, visible: (text: string) => string): ConnectionFinding {
  const target = URL.parse(answer.headers.get('location') ?? '', answer.url.href);
  const end = target?.pathname.indexOf('/wp-json/') ?? -1;
  if (!target || end < 0 || !/^https?:$/.test(target.protocol)) return finding('woocommerce.login-wall');
  return finding('woocommerce.redirect', visible(`${target.origin}${target.pathname.slice(0, end)}`));
}

/** No /wp-json/: with "Plain" permalinks WordPress has its API behind a query parameter. */
async function missingFinding({ baseUrl, timeouts }: Asking): Promise<ConnectionFinding> {
  const plain = await send(
    new URL(`${baseUrl}/?rest_route=/`),
    { method: 'GET' },
    null,
    'basic',
    timeouts,
  ).catch(() => null);
  const isIndex = plain?.status === 200 && isJson(plain) && plain.text.includes('"namespaces"');
  return finding(isIndex ? 'woocommerce.permalinks' : 'woocommerce.no-wordpress');
}
