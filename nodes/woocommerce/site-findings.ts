/** What a shop that can be read tells of itself: its clock, its address, and whether it counts stock at all. */
import { z } from 'zod';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { type Asking, ask } from './examine.ts';
import { finding } from './findings.ts';
import { type Answer, send } from './http.ts';
import type { AuthWay } from './secret.ts';

const MINUTE_MS = 60_000;
/** WooCommerce takes a signed call within this time of its own clock (check_oauth_timestamp_and_nonce). */
const SIGNED_MINUTES_MAX = 15;
const ODD_MINUTES = 5;

const Index = z.object({ name: z.string().catch(''), home: z.string() });
const Setting = z.object({ value: z.string() });

/** By the Date header that every web server sends. */
export function clockFindings({ headers }: Answer, auth: AuthWay): readonly ConnectionFinding[] {
  const thereMs = Date.parse(headers.get('date') ?? '');
  const minutes = Math.round(Math.abs(thereMs - Date.now()) / MINUTE_MS);
  if (Number.isNaN(minutes) || minutes < ODD_MINUTES) return [];
  const refuses = auth.startsWith('oauth1') && minutes >= SIGNED_MINUTES_MAX;
  return [finding(refuses ? 'woocommerce.clock' : 'woocommerce.clock-off', String(minutes))];
}

/** What can't be asked is no finding: these are extras. */
export async function settingFindings(asking: Asking, auth: AuthWay): Promise<readonly ConnectionFinding[]> {
  const [index, stock] = await Promise.all([
    siteIndex(asking),
    ask(asking, 'settings/products/woocommerce_manage_stock', auth)
      .then(({ text }) => Setting.parse(JSON.parse(text)).value)
      .catch(() => null),
  ]);
  const home = index?.home.replace(/\/+$/, '');
  return [
    ...(home && hostOf(home) !== hostOf(asking.baseUrl) ? [finding('woocommerce.other-home', home)] : []),
    ...(stock === 'no' ? [finding('woocommerce.stock-off')] : []),
  ];
}

/** What the site says of itself to everybody; null where it is closed. */
export async function siteIndex({ baseUrl, timeouts }: Asking): Promise<z.infer<typeof Index> | null> {
  const url = new URL(`${baseUrl}/wp-json/?_fields=name,home`);
  const answer = await send(url, { method: 'GET' }, null, 'basic', timeouts).catch(() => null);
  try {
    return Index.parse(JSON.parse(answer?.text ?? ''));
  } catch {
    return null;
  }
}

function hostOf(address: string): string {
  return URL.parse(address)?.host ?? address;
}
