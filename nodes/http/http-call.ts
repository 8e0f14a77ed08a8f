/** One call of an HTTP API: below its base address alone, and within bounds. */
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { budgetOf, retryAfterMs } from '#runtime/limits/rate-headers.ts';
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import { networkTrouble } from '../kit/network-trouble.ts';
import { WebhookUrl } from '../webhooks/webhook-service.ts';

/** What the vault holds. */
export const HttpSecret = z.object({
  url: WebhookUrl.meta({
    title: 'Base address',
    help: 'Such as https://api.example.com/v2. Nodes call paths below it, and nothing else.',
  }),
  header: z
    .string()
    .regex(/^$|^[A-Za-z][A-Za-z0-9-]{0,60}$/, 'must be the name of a header, such as Authorization')
    .default('')
    .meta({ title: 'Header with the key', help: 'Such as Authorization or X-Api-Key. Empty: none.' }),
  value: z
    .string()
    .max(4_000)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line')
    .default('')
    .meta({ title: 'Its value', help: 'Such as Bearer and your key.', secret: true }),
});

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base address, with its query: `/stock?sku=TEA`. */
  readonly path: string;
  /** JSON; absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly observe: (call: ChannelCall) => void;
}

export interface HttpAnswer {
  readonly status: number;
  /** JSON where it is some, else text; null where there is none. */
  readonly body: unknown;
}

const ANSWER_BYTES_MAX = 1_000_000;
const REASON_CHARACTERS_MAX = 200;

/**
 * Makes the call. 2xx, and 4xx that say something about the request, are answers.
 * @throws {Rejected} for a path that leads elsewhere, an answer that is too large, keys that are not accepted, a redirect;
 * {Retryable} for 429, 5xx and when nothing can have arrived; {InDoubt} when a call that writes got no answer.
 */
export async function callHttp(far: FarSide, request: HttpRequest): Promise<HttpAnswer> {
  const { url: base, header, value } = HttpSecret.parse(far.secret);
  const url = below(base, request.path);
  const limit = AbortSignal.timeout(request.timeoutMs);
  const started = performance.now();
  let status = 0;
  let headers = new Headers();
  try {
    const response = await fetch(url, {
      method: request.method,
      redirect: 'manual',
      signal: request.signal ? AbortSignal.any([request.signal, limit]) : limit,
      headers: {
        accept: 'application/json',
        'user-agent': 'SyncFlow',
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...request.headers,
        ...(header !== '' && { [header]: value }),
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    });
    ({ status, headers } = response);
    const text = await textOf(response);
    const trouble = troubleOf(status, headers, url.host);
    if (trouble) throw trouble;
    return { status, body: bodyOf(text) };
  } catch (error) {
    if (error instanceof Rejected || error instanceof Retryable) throw error;
    throw networkTrouble(error, url.host, request.method === 'GET');
  } finally {
    const budget = budgetOf(headers);
    const ms = performance.now() - started;
    request.observe({ name: `http ${request.method}`, ms, status, ...(budget && { budget }) });
  }
}

/** @throws {Rejected} for a path that does not stay below the base address. */
export function below(base: string, path: string): URL {
  const root = new URL(base);
  const folder = root.pathname.replace(/\/+$/, '');
  const url = URL.canParse(path, 'http://h') ? new URL(`${root.origin}${folder}${path}`) : null;
  const stays = url?.origin === root.origin && `${url.pathname}/`.startsWith(`${folder}/`);
  if (url && stays && path.startsWith('/') && !path.startsWith('//') && !path.includes('\\')) return url;
  throw new Rejected(
    `The path "${path.slice(0, REASON_CHARACTERS_MAX)}" leads out of the connection's address.`,
    {
      code: 'far-side.address',
      fix: 'Let it begin with / and stay below the base address of the connection.',
    },
  );
}

async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) {
      throw new Rejected(`The answer has more than ${ANSWER_BYTES_MAX / 1_000_000} MB.`, {
        code: 'far-side.refused',
        fix: 'Ask for less at once: a page of it, or single fields.',
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function bodyOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function troubleOf(status: number, headers: Headers, host: string): Error | null {
  if (status === 401 || status === 403) {
    return new Rejected(`${host} does not let us in (${status}).`, {
      code: status === 401 ? 'far-side.keys' : 'far-side.rights',
      fix: 'Connect it again with a key that is valid and may do this.',
    });
  }
  if (status >= 300 && status < 400) {
    return new Rejected(`${host} sends the call on to another address (${status}).`, {
      code: 'far-side.address',
      fix: 'Connect again with the address that it sends calls on to.',
    });
  }
  if (status !== 429 && status < 500) return null;
  const afterMs = retryAfterMs(headers);
  const code = status === 429 ? 'far-side.limited' : 'far-side.unavailable';
  const text = `${host} ${status === 429 ? 'asks us to slow down' : 'is not able to answer'} (${status}).`;
  return new Retryable(text, { code, ...(afterMs !== undefined && { afterMs }) });
}
