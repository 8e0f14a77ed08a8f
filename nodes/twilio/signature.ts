/**
 * Twilio's webhook signature (twilio.com/docs/usage/security): base64 of HMAC-SHA1, with the auth token, over the address as
 * Twilio called it and all form fields, sorted by name, each name before its value. Node's crypto does it; the package
 * `twilio` brings 21 MB for these lines.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Unknown fields are signed too, so every one that came is taken; a field that came repeatedly counts once per value. */
export function signatureOf(token: string, url: string, fields: URLSearchParams): string {
  const pairs = [...new Set([...fields].map(([name, value]) => JSON.stringify([name, value])))]
    .map((pair) => JSON.parse(pair) as [string, string])
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  const signed = pairs.reduce((text, [name, value]) => text + name + value, url);
  return createHmac('sha1', token).update(signed, 'utf8').digest('base64');
}

/** In constant time. @param tokens any of which may have signed: two while a token is being exchanged. */
export function isSignedBy(
  tokens: readonly string[],
  url: string,
  fields: URLSearchParams,
  signature: string,
): boolean {
  const given = Buffer.from(signature);
  return tokens
    .flatMap((token) => portVariants(url).map((variant) => Buffer.from(signatureOf(token, variant, fields))))
    .some((expected) => given.length === expected.length && timingSafeEqual(given, expected));
}

/** Twilio signs some addresses with the port of the scheme and some without. */
function portVariants(url: string): string[] {
  const { protocol, port, host } = new URL(url);
  if (port) return [url];
  return [url, url.replace(`//${host}`, `//${host}:${protocol === 'https:' ? 443 : 80}`)];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
