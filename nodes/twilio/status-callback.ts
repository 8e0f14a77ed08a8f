/** What Twilio posts to us: what became of a message, and who wrote STOP or START. */
import type { HookDelivery, HookNews, HookReading } from '#runtime/clients/service.ts';
import { DELIVERY_FAILURES } from './refusals.ts';
import { TwilioSecret } from './secret.ts';
import { isSignedBy } from './signature.ts';

/** The query of the address that we give to Twilio with each message: by it we know which one it tells of. */
export const KEY_FIELD = 'message';

const OPTED_OUT = 21610;
/** The words that carriers and Twilio take for STOP and START (twilio.com/docs/messaging, default opt-out keywords). */
const STOP = /^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/i;
const START = /^(start|yes|unstop)$/i;
const STATES = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'failed',
  failed: 'failed',
} as const;

export function readStatusCallback({ headers, body, url }: HookDelivery, secret: unknown): HookReading {
  const { authToken, secondToken } = TwilioSecret.parse(secret);
  const fields = new URLSearchParams(body.toString('utf8'));
  const signature = headers['x-twilio-signature'];
  if (!signature)
    return { kind: 'refused', status: 400, reason: 'The header X-Twilio-Signature is missing.' };
  const tokens = secondToken ? [authToken, secondToken] : [authToken];
  if (!isSignedBy(tokens, url, fields, signature))
    return { kind: 'refused', status: 403, reason: 'The signature is not one of this account.' };
  const receipt = fields.get('MessageSid') ?? '';
  const key = new URL(url).searchParams.get(KEY_FIELD);
  const status = fields.get('MessageStatus') ?? '';
  if (key === null) return inbound(fields);
  const state = Object.hasOwn(STATES, status) ? STATES[status as keyof typeof STATES] : null;
  if (state === null) return { kind: 'ignored', reason: `"${status}" is on the way` };
  const code = Number(fields.get('ErrorCode') ?? 0);
  const failure = state === 'failed' ? failureOf(code) : { reason: null, fix: null };
  const optedOut = code === OPTED_OUT ? fields.get('To') : null;
  return newsOf({ kind: 'report', report: { key, receipt, state, ...failure, optedOut } });
}

/** A message that somebody wrote to our number: only whether they want to hear from us is of interest. */
function inbound(fields: URLSearchParams): HookReading {
  const address = fields.get('From') ?? '';
  const said = (fields.get('OptOutType') ?? fields.get('Body') ?? '').trim();
  if (STOP.test(said)) return newsOf({ kind: 'opt-out', address, wanted: false });
  if (START.test(said)) return newsOf({ kind: 'opt-out', address, wanted: true });
  return { kind: 'ignored', reason: 'an inbound message that asks for nothing' };
}

const newsOf = (news: HookNews): HookReading => ({ kind: 'news', news: [news] });

function failureOf(code: number): { readonly reason: string; readonly fix: string } {
  const known = DELIVERY_FAILURES[code];
  if (known) return { reason: known.reason, fix: known.fix };
  return {
    reason: code > 0 ? `Twilio could not deliver it (error ${code}).` : 'Twilio could not deliver it.',
    fix:
      code > 0
        ? `Look up what to do at twilio.com/docs/api/errors/${code}, then send it again.`
        : 'Send it again; if it fails again, ask Twilio with the SID of the message.',
  };
}
