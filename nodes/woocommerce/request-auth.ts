/**
 * How a call shows that it has the key. Facts: class-wc-rest-authentication.php (trunk, 11.1).
 *
 * Key and secret are taken as they are only where WordPress sees HTTPS (`is_ssl()`); else a call must be signed
 * (OAuth 1.0a, one-legged, in the query), and then the secret itself never travels. The ways:
 * - `basic`: in the Authorization header.
 * - `query`: in the address, for hosts that drop that header. It stands in the host's logs then, so it comes second.
 * - `oauth1`: signed, for shops without HTTPS.
 * - `oauth1-http`: signed as if by http, for shops whose HTTPS ends at a proxy that does not tell WordPress of it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { AuthWay, WooCommerceSecret } from './secret.ts';

type Keys = Pick<WooCommerceSecret, 'consumerKey' | 'consumerSecret'>;

/** What usually works at such an address; what really does is found out when a shop is connected. */
export function usualWay(url: URL): AuthWay {
  return url.protocol === 'https:' ? 'basic' : 'oauth1';
}

/** The header that carries the key (RFC 7617). */
export function basicAuthorization({ consumerKey, consumerSecret }: Keys): string {
  return `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`;
}

/**
 * The address and the headers of a call with the key. Keys go as they are to HTTPS alone: over http a call is signed,
 * whatever way is asked for.
 */
export function authorized(
  method: string,
  url: URL,
  keys: Keys,
  way: AuthWay,
): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
  const plain = url.protocol === 'https:' && (way === 'basic' || way === 'query');
  if (plain && way === 'basic') return { url, headers: { authorization: basicAuthorization(keys) } };
  const target = new URL(url);
  const added = plain
    ? { consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret }
    : oauthParameters(method, url, keys, way);
  for (const [name, value] of Object.entries(added)) target.searchParams.set(name, value);
  return { url: target, headers: {} };
}

function oauthParameters(method: string, url: URL, keys: Keys, way: AuthWay): Record<string, string> {
  const oauth = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: randomBytes(16).toString('hex'),
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1_000)),
  };
  const base = new URL(url);
  if (way === 'oauth1-http') base.protocol = 'http:';
  const text = signatureBase(method, base, { ...Object.fromEntries(url.searchParams), ...oauth });
  const signature = createHmac('sha256', `${keys.consumerSecret}&`).update(text).digest('base64');
  return { ...oauth, oauth_signature: signature };
}

/** RFC 5849, 3.4.1: method, address and sorted parameters, encoded so that each can be told from the next. */
export function signatureBase(
  method: string,
  url: URL,
  parameters: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(parameters)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
  return [method.toUpperCase(), encoded(`${url.origin}${url.pathname}`), encoded(sorted)].join('&');
}

/** RFC 3986: also the five signs that encodeURIComponent leaves as they are. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
