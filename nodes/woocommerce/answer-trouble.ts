/**
 * Tells what a shop's answer means when it is not the JSON that was asked for. Codes and shapes: recordings of
 * WooCommerce 11.0.1 and class-wc-rest-authentication.php. Texts are translated by the shop, so only codes count.
 */
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { CANNOT_PAY_BACK, CannotPayBack } from './cannot-pay-back.ts';
import { type Answer, isJson } from './http.ts';

/** The shop accepts fewer items in one call than were sent; smaller calls may pass. */
export class TooLarge extends Rejected {}

const WordPressError = z.object({ code: z.string(), message: z.string().catch('') });
type Visible = (text: string) => string;

const RETRY_AFTER_MS_MAX = 24 * 3_600_000;

/** The error to throw for an answer, or null when it is JSON with a 2xx status. */
export function troubleOf(answer: Answer, visible: Visible): Retryable | Rejected | null {
  const { status } = answer;
  const json = isJson(answer);
  if (status >= 200 && status < 300) return json ? null : pageTrouble(answer, visible);
  if (status >= 300 && status < 400) return redirectTrouble(answer, visible);
  if (json && wordPressError(answer.text)?.code === CANNOT_PAY_BACK)
    return new CannotPayBack(visible(wordPressError(answer.text)?.message ?? ''));
  if (status >= 500 || status === 429 || status === 408 || status === 425)
    return busyTrouble(answer, visible);
  if (status === 413) return tooLarge(answer, visible);
  const said = json ? wordPressError(answer.text) : null;
  if (status === 401) return keyTrouble(said?.code, visible);
  if (said) return refusal(status, said, visible);
  if (status === 404) return missingApi();
  // 403, 406 and their like as a web page come from firewalls and bot checks: they may pass.
  return pageTrouble(answer, visible);
}

function wordPressError(text: string): z.infer<typeof WordPressError> | null {
  try {
    return WordPressError.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function pageTrouble(answer: Answer, visible: Visible): Retryable {
  const shown = visible(answer.text);
  return new Retryable(
    `The shop sent a web page (status ${answer.status}) where WooCommerce's answer was due: a cache, a firewall or a maintenance page is in between. ${shown && `It says: ${shown}`}`.trim(),
    { code: 'far-side.garbled' },
  );
}

function redirectTrouble(answer: Answer, visible: Visible): Rejected {
  const target = URL.parse(answer.headers.get('location') ?? '', answer.url.href);
  const canonical = target && shopAddressOf(target);
  if (canonical && canonical !== shopAddressOf(answer.url)) {
    return new Rejected(`The shop sends every call on to another address (status ${answer.status}).`, {
      code: 'far-side.address',
      fix: `Change this connection's shop address to ${visible(canonical)}, then retry.`,
    });
  }
  return new Rejected(`The shop sends calls to its API on to another page (status ${answer.status}).`, {
    code: 'far-side.address',
    fix: 'Switch off the redirect, the login wall or the "coming soon" page for addresses under /wp-json/ in the shop, then retry.',
  });
}

/** What stands before /wp-json/ in an address of the API; null when it is none. */
function shopAddressOf(url: URL): string | null {
  const end = url.pathname.indexOf('/wp-json/');
  return /^https?:$/.test(url.protocol) && end >= 0 ? `${url.origin}${url.pathname.slice(0, end)}` : null;
}

function busyTrouble(answer: Answer, visible: Visible): Retryable {
  const afterMs = retryAfterMs(answer.headers.get('retry-after'));
  const what = answer.status === 429 ? 'asks us to slow down' : 'is out of order or overloaded';
  const shown = visible(wordPressError(answer.text)?.message ?? answer.text);
  const reason = `The shop ${what} (status ${answer.status}). ${shown}`.trim();
  const code = answer.status === 429 ? 'far-side.limited' : 'far-side.unavailable';
  return new Retryable(reason, { code, ...(afterMs !== null && { afterMs }) });
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3); null when there is none that can be read. */
function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

function tooLarge(answer: Answer, visible: Visible): TooLarge {
  const shown = visible(wordPressError(answer.text)?.message ?? answer.text);
  return new TooLarge(`The shop finds the request too large. ${shown}`.trim(), {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Ask the shop\'s host to raise the limit for request bodies, or remove the filter "woocommerce_rest_batch_items_limit" from the shop, then retry.',
  });
}

function keyTrouble(code: string | undefined, visible: Visible): Rejected {
  return new Rejected(`The shop does not accept the key (401${code ? ` ${visible(code)}` : ''}).`, {
    code: 'far-side.keys',
    action: 'connect-again',
    fix: 'In WooCommerce under Settings → Advanced → REST API make a key with Read/Write permission for an administrator and enter it here. If the key is right, ask the host whether the server passes the "Authorization" header on and whether WordPress sees HTTPS behind its proxy.',
  });
}

function refusal(status: number, said: z.infer<typeof WordPressError>, visible: Visible): Rejected {
  const reason = `WooCommerce refused the request (${status} ${visible(said.code)}): ${visible(said.message)}`;
  if (status === 403) {
    return new Rejected(reason, {
      code: 'far-side.rights',
      fix: 'Give the key to a user with the role Shop manager or Administrator, and allow SyncFlow in the security plugin of the shop, if there is one.',
    });
  }
  if (said.code === 'rest_no_route') {
    return new Rejected(reason, {
      code: 'far-side.address',
      fix: 'Check that WooCommerce is installed, up to date and active in this shop, then retry.',
    });
  }
  if (status === 404) {
    return new Rejected(reason, {
      code: 'far-side.refused',
      concerns: 'call',
      fix: 'It was deleted in the shop: refresh the listings of this connection.',
    });
  }
  return new Rejected(reason, {
    code: 'far-side.refused',
    concerns: 'call',
    fix: 'Update WooCommerce in the shop, then retry; report it with this text if it stays.',
  });
}

function missingApi(): Rejected {
  return new Rejected("WooCommerce's API was not found at this address (404).", {
    code: 'far-side.address',
    fix: 'Check the shop address of this connection, and in WordPress under Settings → Permalinks choose any structure but "Plain".',
  });
}
