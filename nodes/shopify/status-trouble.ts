/** What an HTTP status other than 200 means, in words for a merchant. */
import { Rejected, Retryable } from '#runtime/errors.ts';
import type { MendingAction } from '#runtime/sync/connection-finding.ts';
import type { CallContext } from './answer.ts';

const RETRY_AFTER_MS_MAX = 3_600_000;
/** Shopify's 430 is a security block of some minutes. */
const BLOCKED_WAIT_MS = 60_000;

/** The error to throw for a status; `retryAfter` is the header of that name. */
export function statusTrouble(status: number, retryAfter: string | null, context: CallContext): Error {
  if (status === 429 || status === 408 || status === 430 || status >= 500) {
    const afterMs = retryAfterMs(retryAfter) ?? (status === 430 ? BLOCKED_WAIT_MS : null);
    const what = status === 429 ? 'asks us to slow down' : 'is out of order or overloaded';
    const code = status === 429 ? 'far-side.limited' : 'far-side.unavailable';
    return new Retryable(`Shopify ${what} (status ${status}).`, {
      code,
      ...(afterMs !== null && { afterMs }),
    });
  }
  if (status >= 300 && status < 400) return moved(status, context.shop);
  const said = LASTING[status];
  if (said)
    return new Rejected(`${context.shop} ${said.reason} (status ${status}).`, {
      fix: said.fix,
      code: said.code,
      action: said.action,
    });
  return new Error(`Shopify calls ${context.operation} wrong (status ${status}).`);
}

interface Lasting {
  readonly code: Rejected['code'];
  readonly reason: string;
  readonly fix: string;
  readonly action: MendingAction;
}

const LASTING: Readonly<Record<number, Lasting>> = {
  401: {
    code: 'far-side.keys',
    reason:
      "does not accept SyncFlow's access token any more: the app was uninstalled, or its keys were revoked",
    fix: 'Connect the shop again: this installs the app anew and renews its keys. What waits is kept.',
    action: 'connect-again',
  },
  402: {
    code: 'far-side.closed',
    reason: 'is frozen because a bill is unpaid',
    fix: "Pay the shop's open bill in Shopify, then look again.",
    action: 'look-again',
  },
  403: {
    code: 'far-side.rights',
    reason: 'does not let our app in',
    fix: 'Check in Shopify that the app is installed and has its permissions, then connect the shop again.',
    action: 'connect-again',
  },
  404: {
    code: 'far-side.address',
    reason: 'was not found at Shopify',
    fix: 'Check that the shop still exists under this myshopify.com name, then connect it again.',
    action: 'connect-again',
  },
  423: {
    code: 'far-side.closed',
    reason: 'is locked by Shopify',
    fix: 'Ask Shopify Support why the shop is locked, then look again.',
    action: 'look-again',
  },
};

function moved(status: number, shop: string): Rejected {
  return new Rejected(`${shop} sends every call on to another address (status ${status}).`, {
    code: 'far-side.address',
    fix: 'Look up the myshopify.com name of the shop in Shopify under Settings → Domains, and connect it under that name.',
    action: 'connect-again',
  });
}

/** Seconds, with fractions at Shopify, or an HTTP date (RFC 9110, 10.2.3); null when it can't be read. */
export function retryAfterMs(header: string | null): number | null {
  const ms = millisecondsUntil(header ?? '');
  return ms === null ? null : Math.min(Math.max(Math.ceil(ms), 0), RETRY_AFTER_MS_MAX);
}

function millisecondsUntil(header: string): number | null {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(header)) return Number(header) * 1000;
  // Date.parse takes a lone number for a year.
  const atMs = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs - Date.now();
}
