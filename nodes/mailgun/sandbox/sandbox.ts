/** A sandbox of Mailgun's API: messages and events of one domain. */
import { createHmac, randomBytes } from 'node:crypto';
import {
  openServiceSandbox,
  type SandboxAnswer,
  type SandboxRequest,
  type ServiceSandbox,
} from '../../kit/service-sandbox.ts';

interface SandboxMail {
  readonly messageId: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailgunSandbox extends ServiceSandbox {
  readonly input: Readonly<Record<string, string>>;
  readonly mails: readonly SandboxMail[];
  /** Of the account's webhooks. */
  readonly signingKey: string;
  /** Tells an event, signed. @param signature one that was used before; without it a new one. @returns the status of our answer. */
  tell(hookUrl: string, event: object, signature?: MailgunSignature): Promise<number>;
}

/** As it stands in a webhook. */
export interface MailgunSignature {
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
}

/** A signature of the sandbox's account. */
export function mailgunSignature(at = new Date()): MailgunSignature {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const token = randomBytes(25).toString('hex');
  const signature = createHmac('sha256', SIGNING_KEY)
    .update(timestamp + token)
    .digest('hex');
  return { timestamp, token, signature };
}

const SIGNING_KEY = 'key-0123456789abcdef0123456789abcdef';
const KEY = 'sandbox-sending-key-0123456789';
const DOMAIN = 'mg.example.com';

export async function openMailgunSandbox(port = 0): Promise<MailgunSandbox> {
  const mails: SandboxMail[] = [];
  const answer = async (request: SandboxRequest): Promise<SandboxAnswer> => {
    if (request.headers.authorization !== `Basic ${Buffer.from(`api:${KEY}`).toString('base64')}`)
      return { status: 401, body: 'Forbidden' };
    const [, , domain, what] = request.path.split('/');
    if (domain !== DOMAIN) return { status: 404, body: { message: `Domain not found: ${domain}` } };
    if (what === 'events') return { status: 200, body: { items: events(mails, request.query), paging: {} } };
    if (what !== 'messages' || request.method !== 'POST') return { status: 404, body: 'Not Found' };
    return await take(mails, request);
  };
  const sandbox = await openServiceSandbox(answer, port);
  return {
    ...sandbox,
    input: { apiKey: KEY, domain: DOMAIN, from: `shop@${DOMAIN}`, fromName: 'Shop' },
    mails,
    signingKey: SIGNING_KEY,
    tell: async (hookUrl, event, signature = mailgunSignature()) => {
      const response = await fetch(hookUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ signature, 'event-data': event }),
      });
      await response.body?.cancel();
      return response.status;
    },
  };
}

async function take(mails: SandboxMail[], { headers, body }: SandboxRequest): Promise<SandboxAnswer> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  const field = (name: string) => String(form.get(name) ?? '');
  const to = form.getAll('to').map(String);
  if (field('from') === '') return { status: 400, body: { message: 'from parameter is missing' } };
  if (to.length === 0 || to.some((address) => !address.includes('@')))
    return {
      status: 400,
      body: { message: 'to parameter is not a valid address. please check documentation' },
    };
  if (field('text') === '' && field('html') === '')
    return { status: 400, body: { message: "Need at least one of 'text', 'html' parameters specified" } };
  const messageId = field('h:Message-Id') || `<${randomBytes(9).toString('hex')}@${DOMAIN}>`;
  mails.push({ messageId, to, subject: field('subject'), text: field('text'), html: field('html') });
  return { status: 200, body: { id: messageId, message: 'Queued. Thank you.' } };
}

function events(mails: readonly SandboxMail[], query: URLSearchParams): object[] {
  const wanted = query.get('message-id');
  return mails
    .filter(({ messageId }) => wanted === null || messageId === `<${wanted}>`)
    .slice(0, Number(query.get('limit') ?? 100))
    .map(({ messageId, to }) => ({
      event: 'accepted',
      id: randomBytes(9).toString('hex'),
      timestamp: Date.now() / 1_000,
      recipient: to[0],
      message: { headers: { 'message-id': messageId.slice(1, -1) } },
    }));
}
