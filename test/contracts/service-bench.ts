/** A sandbox of each message service, connected: what the contract suite of services works with. */
import { randomUUID } from 'node:crypto';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import type { Misbehaviour, SandboxRequest } from '#nodes/kit/service-sandbox.ts';
import { openMailgunSandbox } from '#nodes/mailgun/sandbox/sandbox.ts';
import { openSendGridSandbox } from '#nodes/sendgrid/sandbox/sandbox.ts';
import { openSmtpSandbox } from '#nodes/smtp/sandbox/sandbox.ts';
import { openTwilioSandbox } from '#nodes/twilio/sandbox/sandbox.ts';
import type { Service } from '#runtime/clients/service.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { MAIL_EFFECT } from '#runtime/outbox/mail.ts';
import type { FarSide, OutsideCall, OutsideEffect } from '#runtime/outbox/outside-effect.ts';
import { TEXT_EFFECT } from '#runtime/outbox/text-message.ts';
import type { ConnectedAccount } from '#runtime/sync/channel-connect.ts';

export const MESSAGE_SERVICES = ['twilio', 'sendgrid', 'mailgun', 'smtp'] as const;
export type MessageService = (typeof MESSAGE_SERVICES)[number];

export interface ServiceBench {
  readonly service: Service;
  readonly effect: OutsideEffect;
  /** What the connect form was filled in with. */
  readonly input: Readonly<Record<string, string>>;
  /** A field of the form whose wrong value the service refuses. */
  readonly key: string;
  readonly far: FarSide;
  /** What a message to somebody is. */
  payload(to?: string): Readonly<Record<string, unknown>>;
  /** Messages that arrived. */
  arrived(): number;
  /** How the next calls go wrong: refused with a status, or done without an answer. */
  misbehave(next: readonly (number | 'no answer')[]): void;
  /** Every HTTP request; none for SMTP. */
  readonly requests: readonly SandboxRequest[];
  connect(input: Readonly<Record<string, string>>): Promise<ConnectedAccount>;
  call(more?: Partial<OutsideCall>): OutsideCall;
  close(): Promise<void>;
}

interface Opened {
  readonly input: Readonly<Record<string, string>>;
  readonly key: string;
  readonly address: string | null;
  readonly requests: readonly SandboxRequest[];
  arrived(): number;
  misbehave(next: readonly (number | 'no answer')[]): void;
  close(): Promise<void>;
}

const overHttp = (next: readonly (number | 'no answer')[]): Misbehaviour[] =>
  next.map((one) => (one === 'no answer' ? one : { status: one, headers: { 'retry-after': '0' }, body: {} }));

const OPENERS: Readonly<Record<MessageService, () => Promise<Opened>>> = {
  twilio: async () => {
    const sandbox = await openTwilioSandbox();
    const { messages, misbehave } = sandbox;
    return {
      ...sandbox,
      key: 'authToken',
      arrived: () => messages.length,
      misbehave: (next) => misbehave(overHttp(next)),
    };
  },
  sendgrid: async () => {
    const sandbox = await openSendGridSandbox();
    const { mails, misbehave } = sandbox;
    return {
      ...sandbox,
      key: 'apiKey',
      arrived: () => mails.length,
      misbehave: (next) => misbehave(overHttp(next)),
    };
  },
  mailgun: async () => {
    const sandbox = await openMailgunSandbox();
    const { mails, misbehave } = sandbox;
    return {
      ...sandbox,
      key: 'apiKey',
      arrived: () => mails.length,
      misbehave: (next) => misbehave(overHttp(next)),
    };
  },
  smtp: async () => {
    const sandbox = await openSmtpSandbox();
    // A mail server has replies of its own for "slow down" and "out of order".
    const misbehave: Opened['misbehave'] = (next) =>
      sandbox.misbehave(next.map((one) => (one === 'no answer' ? one : 451)));
    return {
      ...sandbox,
      misbehave,
      key: 'password',
      address: null,
      requests: [],
      arrived: () => sandbox.mails.length,
    };
  },
};

const CONTENT = {
  tone: 'warning',
  heading: 'Low: Mug & "Cup" <é>',
  paragraphs: ['3 left.\nOrder more.'],
  facts: [{ label: 'SKU', value: 'MUG' }],
  action: { text: 'Open SyncFlow', url: 'https://sync.example/stock?sku=MUG&x=1' },
  footer: 'You get this as a member of Shop.',
} as const;

export async function openServiceBench(type: MessageService): Promise<ServiceBench> {
  const service = ALL_SERVICES.get(type);
  const isText = type === 'twilio';
  const effect = ALL_OUTSIDE_EFFECTS.get(isText ? TEXT_EFFECT : MAIL_EFFECT);
  if (!service || !effect) throw new Error(`there is no service ${type}`);
  const sandbox = await OPENERS[type]();
  const way = service.connect?.[0];
  if (way?.kind !== 'keys') throw new Error(`${type} is not connected by keys`);
  const connect = async (input: Readonly<Record<string, string>>) =>
    await way.connect({ input: way.form.parse(input), sandboxUrl: sandbox.address });
  const { baseUrl, secret } = await connect(sandbox.input);
  const far: FarSide = { connectionId: ConnectionId.parse('con-1'), type, baseUrl, secret, client: null };
  const payload = (to?: string) =>
    isText
      ? { to: to ?? '+447700900123', text: 'Low: Mug, 3 left', validSeconds: 3_600 }
      : { to: [to ?? 'owner@example.com'], subject: 'Low: Mug', content: CONTENT };
  let closing: Promise<void> | undefined;
  return {
    ...sandbox,
    close: () => {
      closing ??= sandbox.close();
      return closing;
    },
    service,
    effect,
    far,
    payload,
    connect,
    call: (more = {}) => ({
      payload: payload(),
      key: randomUUID(),
      queuedAt: new Date(),
      far,
      observe: () => {},
      signal: new AbortController().signal,
      ...more,
    }),
  };
}
