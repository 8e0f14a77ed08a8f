/**
 * Budgets in HTTP headers: `X-RateLimit-Limit/-Remaining/-Reset` as many hosts send them, `RateLimit-…` of the IETF draft
 * (draft-ietf-httpapi-ratelimit-headers), and `Retry-After` (RFC 9110, 10.2.3).
 */
import type { ToldBudget } from './budget.ts';

const RETRY_AFTER_MS_MAX = 24 * 3_600_000;
/** A reset beyond this is a moment (seconds since 1970), not a span. */
const LONGEST_SPAN_SECONDS = 366 * 86_400;

/** The budget that the headers tell; null when they tell none that can be read. */
export function budgetOf(headers: Headers, now: Date = new Date()): ToldBudget | null {
  const read = (name: string) =>
    number(headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`));
  const [max, left, reset] = [read('limit'), read('remaining'), read('reset')];
  if (max === null || left === null || max <= 0) return null;
  const seconds =
    reset === null ? null : reset > LONGEST_SPAN_SECONDS ? reset - now.getTime() / 1_000 : reset;
  if (seconds === null) return null;
  return { left, max, perSecond: 0, fullInMs: Math.max(0, Math.ceil(seconds * 1_000)) };
}

/** Milliseconds that `Retry-After` asks for (seconds or an HTTP date), a day at most; undefined without one. */
export function retryAfterMs(headers: Headers, now: Date = new Date()): number | undefined {
  const header = headers.get('retry-after') ?? '';
  const ms = /^\d{1,9}(\.\d{1,9})?$/.test(header)
    ? Number(header) * 1_000
    : /^[A-Z][a-z]{2}, /.test(header)
      ? Date.parse(header) - now.getTime()
      : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MS_MAX);
}

function number(header: string | null): number | null {
  // "100, 100;w=60" is how the older drafts write a limit with its window.
  const first = header?.split(/[,;]/)[0]?.trim() ?? '';
  return /^\d{1,12}(\.\d{1,6})?$/.test(first) ? Number(first) : null;
}
