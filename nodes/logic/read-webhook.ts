/** What came to an address of a flow: who sent it, and whether it is what was agreed. Nothing is kept of what is refused. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isSigned } from '../webhooks/standard-signature.ts';
import { unexpectedIn } from './expected-fields.ts';
import type { WebhookInConfig } from './webhook-in.ts';

export interface IncomingCall {
  /** With names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export type CallReading =
  | {
      readonly kind: 'item';
      readonly item: Readonly<Record<string, unknown>>;
      /** The caller's own name for the call; null: it gave none, so each call counts. */
      readonly callId: string | null;
    }
  | { readonly kind: 'refused'; readonly status: 400 | 401 | 415 | 422; readonly reason: string };

/** Headers in which callers name a call, so that a repetition can be told. */
const CALL_IDS = ['idempotency-key', 'webhook-id', 'x-github-delivery', 'x-shopify-webhook-id'];
const CALL_ID_CHARACTERS_MAX = 200;

/** @param secret `whsec_` and base64, as it was shown when the address was made. */
export function readCall(config: WebhookInConfig, secret: string, call: IncomingCall): CallReading {
  if (!isFromCaller(config, secret, call))
    return {
      kind: 'refused',
      status: 401,
      reason: 'The call does not prove that it comes from who may call.',
    };
  const item = itemOf(call);
  if (typeof item === 'string') return { kind: 'refused', status: 400, reason: item };
  if (item === null) {
    const reason =
      'Send JSON (application/json) or the fields of a form (application/x-www-form-urlencoded).';
    return { kind: 'refused', status: 415, reason };
  }
  const unexpected = unexpectedIn(config.fields, item);
  if (unexpected) return { kind: 'refused', status: 422, reason: unexpected };
  const callId = CALL_IDS.map((name) => call.headers[name]).find(
    (value) => value !== undefined && value !== '',
  );
  return { kind: 'item', item, callId: callId?.slice(0, CALL_ID_CHARACTERS_MAX) ?? null };
}

function isFromCaller(
  { check, header }: WebhookInConfig,
  secret: string,
  { headers, body }: IncomingCall,
): boolean {
  switch (check) {
    case 'none':
      return true;
    case 'token':
      return isSame(headers.authorization?.replace(/^Bearer /i, '') ?? '', secret);
    case 'signature': {
      const text = (name: string) => headers[name] ?? '';
      const signed = {
        'webhook-id': text('webhook-id'),
        'webhook-timestamp': text('webhook-timestamp'),
        'webhook-signature': text('webhook-signature'),
      };
      return isSigned(secret, signed, body.toString());
    }
    case 'hmac': {
      const digest = createHmac('sha256', secret).update(body).digest();
      const given = (headers[header.toLowerCase()] ?? '').replace(/^sha256=/, '');
      return isSame(given.toLowerCase(), digest.toString('hex')) || isSame(given, digest.toString('base64'));
    }
  }
}

/** In constant time for texts of one length. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A text says why it can't be read; null: it is of no kind that is known here. */
function itemOf({ headers, body }: IncomingCall): Readonly<Record<string, unknown>> | string | null {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(body.toString()));
  if (type !== 'application/json' && !type.endsWith('+json')) return null;
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : { value };
  } catch {
    return 'The body is no JSON.';
  }
}
