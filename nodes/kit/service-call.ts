/** One HTTP call to a service: watched for the limits of its connection, with a time limit, and with what no answer means. */
import { budgetOf, retryAfterMs } from '#runtime/limits/rate-headers.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import { networkTrouble } from './network-trouble.ts';

export interface ServiceCall {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | FormData;
  /** Names the call for its statistics: `sms`. */
  readonly name: string;
  /** false: it changes something, so that no answer leaves it in doubt. */
  readonly reading: boolean;
  readonly observe?: ((call: ChannelCall) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null when it is none. Not checked: whoever reads it does. */
  readonly json: unknown;
  /** What `Retry-After` asks for. */
  readonly afterMs: number | undefined;
}

const TIMEOUT_MS = 20_000;
/** Answers are small; a larger one is some page in between. */
const ANSWER_CHARACTERS_MAX = 50_000_000;

/**
 * Makes the call. Redirects are not followed: keys go nowhere else than where they belong.
 * @throws {InDoubt} when a call that changes something got no answer; {Retryable} when it surely did not arrive, or only
 * read; {Rejected} when the address may not be connected to.
 */
export async function callService(call: ServiceCall): Promise<ServiceAnswer> {
  const { url, method = 'GET', headers = {}, body, name, reading, observe, timeoutMs = TIMEOUT_MS } = call;
  const { host } = new URL(url);
  const limit = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  let status = 0;
  let answered = new Headers();
  try {
    const response = await fetch(url, {
      method,
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: call.signal ? AbortSignal.any([call.signal, limit]) : limit,
      headers: { 'user-agent': 'SyncFlow', accept: 'application/json', ...headers },
    });
    ({ status, headers: answered } = response);
    const text = (await response.text()).slice(0, ANSWER_CHARACTERS_MAX);
    return { status, headers: answered, text, json: jsonOf(text), afterMs: retryAfterMs(answered) };
  } catch (error) {
    throw networkTrouble(error, host, reading);
  } finally {
    const budget = budgetOf(answered);
    observe?.({ name, ms: performance.now() - started, status, ...(budget && { budget }) });
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
