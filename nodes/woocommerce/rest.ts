/**
 * One call to WooCommerce's REST API v3, over Node's own fetch. WooCommerce's npm client is not used: measured,
 * it has no timeout, takes an HTML page for an answer, and re-sends a redirected POST as a GET without its key.
 */
import type { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { ToldBudget } from '#runtime/limits/budget.ts';
import { budgetOf } from '#runtime/limits/rate-headers.ts';
import type { ChannelAccount, ChannelCall } from '#runtime/sync/channel.ts';
import { troubleOf } from './answer-trouble.ts';
import { type Answer, isToNobody, type RestTimeouts, send, TIMEOUTS, waysFor } from './http.ts';
import type { AuthWay, WooCommerceSecret } from './secret.ts';
import { visibleText } from './visible-text.ts';

interface RestCall {
  /** What the limiter and the health page call it: no ids in it (`POST products/batch`). */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/wp-json/wc/v3/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface RestResult<T> {
  readonly body: T;
  /** From X-WP-TotalPages; null where a proxy has dropped it. */
  readonly totalPages: number | null;
  /** From X-WP-Total; null where a proxy has dropped it. */
  readonly total: number | null;
}

/**
 * Makes the call and checks the answer's shape.
 * @throws {Retryable} network, timeouts, 429, 5xx, an HTML page where JSON was due.
 * @throws {Rejected} keys, rights, redirects, other 4xx, JSON of another shape.
 */
export type Rest = <T>(call: RestCall, shape: z.ZodType<T>) => Promise<RestResult<T>>;

const LOWEST_ERROR_STATUS = 400;

export function openRest(
  account: ChannelAccount<WooCommerceSecret>,
  observe: (call: ChannelCall) => void = () => {},
  timeouts: RestTimeouts = TIMEOUTS,
): Rest {
  const visible = visibleText(account.secret);
  let way: AuthWay | undefined = account.secret.auth;

  /** Where the key seems to be nobody's, it may only not have arrived: then it is shown in another way. */
  async function answerTo(url: URL, call: RestCall): Promise<Answer> {
    let refused: Answer | undefined;
    for (const next of waysFor(url, way)) {
      const answer = await send(url, call, account.secret, next, timeouts);
      if (!isToNobody(answer) && (!refused || answer.status < LOWEST_ERROR_STATUS)) {
        if (refused) way = next;
        return answer;
      }
      refused ??= answer;
    }
    if (!refused) throw new Error('a shop has at least one way to show a key');
    return refused;
  }

  return async (call, shape) => {
    const url = addressOf(account.baseUrl, call);
    const started = performance.now();
    let status = 0;
    let budget: ToldBudget | null = null;
    try {
      const answer = await answerTo(url, call).catch((error: unknown) => {
        throw error instanceof Retryable ? error : networkTrouble(error, visible);
      });
      status = answer.status;
      budget = budgetOf(answer.headers);
      const trouble = troubleOf(answer, visible);
      if (trouble) throw trouble;
      return { body: parse(answer, shape, visible), ...totalsOf(answer) };
    } finally {
      // WooCommerce itself tells no budget; hosts and firewalls before it do.
      observe({ name: call.name, ms: performance.now() - started, status, ...(budget && { budget }) });
    }
  };
}

function addressOf(baseUrl: string, call: RestCall): URL {
  const parsed = URL.parse(`${baseUrl}/wp-json/wc/v3/${call.path}`);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw new Rejected('The address of this shop is not a web address.', {
      code: 'far-side.address',
      fix: "Set this connection's shop address to the one that customers use, for example https://shop.example.",
    });
  }
  for (const [name, value] of Object.entries(call.query ?? {})) parsed.searchParams.set(name, value);
  return parsed;
}

function parse<T>(answer: Answer, shape: z.ZodType<T>, visible: (text: string) => string): T {
  let json: unknown;
  try {
    json = JSON.parse(answer.text);
  } catch {
    throw new Retryable(`The shop sent broken JSON: ${visible(answer.text)}`, { code: 'far-side.garbled' });
  }
  const checked = shape.safeParse(json);
  if (checked.success) return checked.data;
  const where = checked.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Rejected(`The shop's answer is not in WooCommerce's shape (${visible(where.join('; '))}).`, {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Look for a plugin in the shop that changes the REST API, switch it off or update it, then retry.',
  });
}

function totalsOf({ headers }: Answer): Pick<RestResult<unknown>, 'total' | 'totalPages'> {
  const numberIn = (name: string) => {
    const text = headers.get(name) ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  return { total: numberIn('x-wp-total'), totalPages: numberIn('x-wp-totalpages') };
}

/** What fetch throws: a TypeError whose cause tells the reason, or the signal's own TimeoutError. */
function networkTrouble(error: unknown, visible: (text: string) => string): Retryable | Rejected {
  const thrown: { name?: unknown; cause?: unknown } = Object(error);
  // It may not even be tried: runtime/outgoing.
  if (thrown.cause instanceof Rejected) return thrown.cause;
  if (thrown.name === 'TimeoutError')
    return new Retryable('The shop did not answer in time.', { code: 'far-side.unreachable', cause: error });
  const { code, message }: { code?: unknown; message?: unknown } = Object(thrown.cause ?? error);
  const detail = visible(String(code ?? message ?? error));
  return new Retryable(`The shop could not be reached (${detail}).`, {
    code: 'far-side.unreachable',
    cause: error,
  });
}
