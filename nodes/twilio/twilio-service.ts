/** Twilio as a service: text messages, what became of them, and who wants no more. */
import type { Service } from '#runtime/clients/service.ts';
import { Rejected } from '#runtime/errors.ts';
import { defineOutsideEffect, type FarSide, type OutsideCall } from '#runtime/outbox/outside-effect.ts';
import { TEXT_EFFECT, TextMessage } from '#runtime/outbox/text-message.ts';
import type { ChannelCall } from '#runtime/sync/channel.ts';
import type { ConnectionFinding } from '#runtime/sync/connection-finding.ts';
import { rejectedFor } from '../kit/service-refusal.ts';
import { createMessage, hasMessage, readAccount } from './client.ts';
import { REFUSALS } from './refusals.ts';
import { TwilioSecret } from './secret.ts';
import { KEY_FIELD, readStatusCallback } from './status-callback.ts';

const TYPE = 'twilio';
const API = 'https://api.twilio.com';
/** A message that Twilio took shows in its list within seconds. */
const SETTLE_MS = 15_000;
const OPTED_OUT = 21610;
const LOCAL = /^https?:\/\/(localhost|127\.|\[::1\]|10\.|192\.168\.)/;

const sms = defineOutsideEffect<TextMessage>({
  type: TEXT_EFFECT,
  title: 'Text message',
  payload: TextMessage,
  deduplicates: false,
  settleMs: SETTLE_MS,
  write: async (call) => {
    demandTwilio(call.far);
    const { optOuts } = call.far;
    const { to } = call.payload;
    if (await optOuts?.has(to))
      throw rejectedFor(REFUSALS[OPTED_OUT] as NonNullable<(typeof REFUSALS)[number]>);
    try {
      return { receipt: await createMessage(call, call.payload, callbackOf(call)) };
    } catch (error) {
      if (error instanceof Rejected && error.message.includes(`(${OPTED_OUT})`)) await optOuts?.add(to);
      throw error;
    }
  },
  probe: async (call) => {
    demandTwilio(call.far);
    return (await hasMessage(call, call.payload, call.queuedAt)) ? 'done' : 'not-done';
  },
});

/** Twilio refuses a message whose callback address it can't call. */
function callbackOf({ far: { hookUrl, baseUrl }, key }: OutsideCall<TextMessage>): string | null {
  if (!hookUrl || (LOCAL.test(hookUrl) && !LOCAL.test(baseUrl))) return null;
  return `${hookUrl}?${KEY_FIELD}=${key}`;
}

function demandTwilio({ type }: FarSide): void {
  if (type === TYPE) return;
  throw new Rejected(`A connection of the kind "${type}" can't send text messages.`, {
    code: 'far-side.unable',
    fix: 'Choose a connection to Twilio in the node that sends them.',
    concerns: 'call',
  });
}

async function check(far: FarSide, observe?: (call: ChannelCall) => void): Promise<ConnectionFinding[]> {
  const { status, type } = await readAccount({ far, ...(observe && { observe }) });
  if (status !== 'active') {
    throw rejectedFor({
      reason: `Your Twilio account is ${status}.`,
      fix: 'Open it again in the Twilio console, as a rule by paying what is due.',
      code: 'far-side.closed',
      concerns: 'connection',
    });
  }
  if (type !== 'Trial') return [];
  return [
    {
      code: 'twilio.trial',
      tone: 'warn',
      reason:
        'Your Twilio account is a trial: it sends to verified numbers only, with a line of its own before each text.',
      fix: 'Upgrade the account in the Twilio console.',
      action: 'look-again',
    },
  ];
}

export const twilio: Service = {
  type: TYPE,
  title: 'Twilio',
  secret: TwilioSecret,
  effects: [sms],
  carries: 'sms',
  connect: [
    {
      id: 'keys',
      kind: 'keys',
      title: 'Auth token',
      help: 'Sends text messages from your own Twilio account. Nothing is sent when you connect.',
      form: TwilioSecret,
      connect: async ({ input, sandboxUrl }) => {
        const secret = TwilioSecret.parse(input);
        const baseUrl = sandboxUrl ?? API;
        const far = {
          connectionId: '' as FarSide['connectionId'],
          type: TYPE,
          baseUrl,
          secret,
          client: null,
        };
        const { friendly_name: name } = await readAccount({ far });
        await check(far);
        return { baseUrl, secret, name: `Twilio: ${name}` };
      },
    },
  ],
  check,
  readHook: readStatusCallback,
};
