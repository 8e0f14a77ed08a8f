/** A sandbox of SendGrid's API v3: sending, scopes, and the activity feed. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { z } from 'zod';
import {
  openServiceSandbox,
  type SandboxAnswer,
  type SandboxRequest,
  type ServiceSandbox,
} from '../../kit/service-sandbox.ts';

/** What the sandbox reads of a request; the vendor's schema holds the whole in tests. */
const MailSend = z.looseObject({
  personalizations: z
    .array(
      z.looseObject({
        to: z.array(z.looseObject({ email: z.string() })),
        custom_args: z.record(z.string(), z.string()).optional(),
      }),
    )
    .min(1),
  from: z.looseObject({ email: z.string() }),
  subject: z.string(),
  content: z.array(z.object({ type: z.string(), value: z.string().min(1) })).min(1),
});

interface SandboxMail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly customArgs: Readonly<Record<string, string>>;
}

/** What is wrong with a delivery. */
interface TellChanges {
  /** When it was signed. */
  readonly at?: Date;
  /** Done to the bytes after they were signed. */
  readonly forged?: (body: string) => string;
}

export interface SendGridSandbox extends ServiceSandbox {
  readonly input: Readonly<Record<string, string>>;
  readonly mails: readonly SandboxMail[];
  /** Rights of the key; `mail.send` at first. */
  scopes(scopes: readonly string[]): void;
  /** The verification key of its event webhook, as its settings show it. */
  readonly webhookKey: string;
  /** Tells events in one batch, signed, with line breaks between them as SendGrid has. @returns the status of our answer. */
  tell(hookUrl: string, events: readonly object[], changes?: TellChanges): Promise<number>;
  /** Whether the account has the add-on that lets one look for messages; it has at first. */
  activityFeed(there: boolean): void;
}

/** Of the event webhook, as SendGrid makes one for each. */
const PAIR = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY = 'SG.sandbox-key.0123456789abcdef';
const VERIFIED = 'shop@example.com';

export async function openSendGridSandbox(port = 0): Promise<SendGridSandbox> {
  const mails: SandboxMail[] = [];
  let scopes: readonly string[] = ['mail.send'];
  let hasFeed = true;
  const answer = (request: SandboxRequest): SandboxAnswer => {
    if (request.headers.authorization !== `Bearer ${KEY}`)
      return refusal(401, 'The provided authorization grant is invalid, expired, or revoked');
    if (request.path === '/v3/scopes') return { status: 200, body: { scopes } };
    if (request.path === '/v3/messages')
      return hasFeed ? found(mails, request.query) : refusal(403, 'access forbidden');
    if (request.path !== '/v3/mail/send') return refusal(404, 'not found');
    if (!scopes.includes('mail.send')) return refusal(403, 'access forbidden');
    return take(mails, request.body);
  };
  const sandbox = await openServiceSandbox(answer, port);
  return {
    ...sandbox,
    input: { apiKey: KEY, from: VERIFIED, fromName: 'Shop' },
    mails,
    webhookKey: PAIR.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    tell: async (hookUrl, events, { at = new Date(), forged = (text: string) => text } = {}) => {
      const body = `[${events.map((event) => JSON.stringify(event)).join(',\r\n')}]\r\n`;
      const timestamp = String(Math.floor(at.getTime() / 1_000));
      const response = await fetch(hookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-twilio-email-event-webhook-timestamp': timestamp,
          'x-twilio-email-event-webhook-signature': sign(
            'sha256',
            Buffer.from(timestamp + body),
            PAIR.privateKey,
          ).toString('base64'),
        },
        body: forged(body),
      });
      await response.body?.cancel();
      return response.status;
    },
    scopes: (next) => {
      scopes = next;
    },
    activityFeed: (there) => {
      hasFeed = there;
    },
  };
}

function take(mails: SandboxMail[], body: Buffer): SandboxAnswer {
  const read = MailSend.safeParse(JSON.parse(body.toString('utf8')));
  if (!read.success) return refusal(400, z.prettifyError(read.error));
  const { personalizations, from, subject, content } = read.data;
  if (from.email !== VERIFIED)
    return refusal(403, 'The from address does not match a verified Sender Identity.', 'from');
  const to = personalizations.flatMap((one) => one.to.map(({ email }) => email));
  if (to.some((address) => !address.includes('@')))
    return refusal(400, 'Does not contain a valid address.', 'personalizations.0.to.0.email');
  const customArgs = personalizations[0]?.custom_args ?? {};
  const of = (type: string) => content.find((one) => one.type === type)?.value ?? '';
  const id = randomBytes(11).toString('base64url');
  mails.push({ id, to, subject, text: of('text/plain'), html: of('text/html'), customArgs });
  return { status: 202, headers: { 'x-message-id': id } };
}

function found(mails: readonly SandboxMail[], query: URLSearchParams): SandboxAnswer {
  const [, name = '', value = ''] = /unique_args\['(\w+)'\]="([^"]*)"/.exec(query.get('query') ?? '') ?? [];
  const messages = mails.filter(({ customArgs }) => customArgs[name] === value);
  return {
    status: 200,
    body: { messages: messages.map(({ id, subject }) => ({ msg_id: id, subject, status: 'delivered' })) },
  };
}

function refusal(status: number, message: string, field: string | null = null): SandboxAnswer {
  return { status, body: { errors: [{ message, field, help: null }] } };
}
