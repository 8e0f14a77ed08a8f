/** One HTTP request to a shop, with the key in one of the ways in which shops take it. */
import { Retryable } from '#runtime/errors.ts';
import { authorized, usualWay } from './request-auth.ts';
import type { AuthWay, WooCommerceSecret } from './secret.ts';

export interface ShopRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
}

/** What came back, read to its end, whatever it is. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly url: URL;
}

export interface RestTimeouts {
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** Writes are given longer: a batch of 100 saves 100 products one by one, with every plugin's hooks. */
export const TIMEOUTS: RestTimeouts = { readTimeoutMs: 30_000, writeTimeoutMs: 90_000 };
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

type Keys = Pick<WooCommerceSecret, 'consumerKey' | 'consumerSecret'>;

/**
 * Sends a request. @param keys null: without a key.
 * @throws what fetch throws: a TypeError whose cause tells the reason, or the signal's own TimeoutError.
 */
export async function send(
  url: URL,
  { method, body }: ShopRequest,
  keys: Keys | null,
  way: AuthWay,
  { readTimeoutMs, writeTimeoutMs }: RestTimeouts = TIMEOUTS,
): Promise<Answer> {
  const signed = keys ? authorized(method, url, keys, way) : { url, headers: {} };
  const response = await fetch(signed.url, {
    method,
    // A followed redirect would lose the method and the key: it is told to the merchant instead.
    redirect: 'manual',
    signal: AbortSignal.timeout(method === 'GET' ? readTimeoutMs : writeTimeoutMs),
    headers: {
      ...signed.headers,
      accept: 'application/json',
      'user-agent': 'SyncFlow',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await textOf(response), url };
}

/** The ways to try where the key seems to be nobody's, the likeliest first. Over http there is one alone. */
export function waysFor(url: URL, known: AuthWay | undefined): readonly AuthWay[] {
  const first = known ?? usualWay(url);
  if (url.protocol === 'http:') return [first];
  const all: readonly AuthWay[] = [first, 'basic', 'query', 'oauth1-http'];
  return [...new Set(all)];
}

/**
 * The answer of a shop that did not see the key at all: "you may not" from WooCommerce itself, as it says it to nobody
 * (401; to somebody without the right it says 403). The header was dropped, the site does not see HTTPS, or there is no
 * such key.
 */
export function isToNobody({ status, text }: Answer): boolean {
  return status === 401 && /"code"\s*:\s*"woocommerce_rest_cannot_\w+"/.test(text.slice(0, 2_000));
}

export function isJson({ headers }: Answer): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(headers.get('content-type') ?? '');
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Retryable('The shop sent an answer of more than 64 MB.');
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
