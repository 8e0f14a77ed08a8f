/** A sandbox of Twilio: messages and the account of its API 2010-04-01, the magic numbers of its test credentials, signed callbacks. */
import { randomBytes } from 'node:crypto';
import {
  openServiceSandbox,
  type SandboxAnswer,
  type SandboxRequest,
  type ServiceSandbox,
} from '../../kit/service-sandbox.ts';
import { signatureOf } from '../signature.ts';

interface SandboxMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string | null;
  readonly body: string;
  readonly callback: string | null;
  readonly createdAt: Date;
}

export interface TwilioSandbox extends ServiceSandbox {
  /** What the connect form needs to reach it. */
  readonly input: Readonly<Record<string, string>>;
  /** Everything that was sent, oldest first. */
  readonly messages: readonly SandboxMessage[];
  /** `active` at first. */
  account(status: 'active' | 'suspended' | 'closed', type?: 'Full' | 'Trial'): void;
  /** Tells what became of a message, as Twilio does; `errorCode` of a failure. @returns the status of our answer. */
  report(message: SandboxMessage, status: string, errorCode?: number): Promise<number>;
  /** Somebody writes to the sender's number. @returns the status of our answer. */
  writeTo(hookUrl: string, from: string, body: string): Promise<number>;
}

const SID = `AC${'a1'.repeat(16)}`;
const TOKEN = '0123456789abcdef0123456789abcdef';
const FROM = '+15005550006';
/** Of Twilio's test credentials, by number: to, and from. */
const MAGIC_TO: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};
const MAGIC_FROM: Readonly<Record<string, number>> = {
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};

export async function openTwilioSandbox(port = 0): Promise<TwilioSandbox> {
  const messages: SandboxMessage[] = [];
  let account = { status: 'active', type: 'Full' };
  const answer = (request: SandboxRequest): SandboxAnswer => {
    if (request.headers.authorization !== `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`)
      return refusal(401, 20003, 'Authenticate');
    const root = `/2010-04-01/Accounts/${SID}`;
    if (request.path === `${root}.json`)
      return { status: 200, body: { sid: SID, friendly_name: 'Sandbox', ...account } };
    if (request.path !== `${root}/Messages.json`) return refusal(404, 20404, 'The resource was not found');
    return request.method === 'POST' ? create(messages, request) : listed(messages, request.query);
  };
  const sandbox = await openServiceSandbox(answer, port);
  const post = async (url: string, fields: URLSearchParams) => {
    const response = await fetch(url, {
      method: 'POST',
      body: fields,
      headers: { 'x-twilio-signature': signatureOf(TOKEN, url, fields) },
    });
    await response.body?.cancel();
    return response.status;
  };
  return {
    ...sandbox,
    input: { accountSid: SID, authToken: TOKEN, from: FROM },
    messages,
    account: (status, type = 'Full') => {
      account = { status, type };
    },
    report: async ({ sid, to, callback }, status, errorCode) =>
      await post(
        callback ?? '',
        new URLSearchParams({
          MessageSid: sid,
          MessageStatus: status,
          To: to,
          From: FROM,
          AccountSid: SID,
          ...(errorCode !== undefined && { ErrorCode: String(errorCode) }),
        }),
      ),
    writeTo: async (hookUrl, from, body) =>
      await post(hookUrl, new URLSearchParams({ MessageSid: sidOf(), From: from, To: FROM, Body: body })),
  };
}

function create(messages: SandboxMessage[], { body }: SandboxRequest): SandboxAnswer {
  const fields = new URLSearchParams(body.toString('utf8'));
  const [to, from, text] = [fields.get('To') ?? '', fields.get('From'), fields.get('Body') ?? ''];
  if (!/^\+[1-9]\d{6,14}$/.test(to)) return refusal(400, 21211, "Invalid 'To' Phone Number");
  if (!from && !fields.get('MessagingServiceSid')) return refusal(400, 21603, "A 'From' number is required");
  const code = MAGIC_TO[to] ?? MAGIC_FROM[from ?? ''];
  if (code !== undefined) return refusal(code === 21611 ? 429 : 400, code, 'Magic number');
  if (text === '') return refusal(400, 21602, 'Message body is required');
  if (text.length > 1_600)
    return refusal(400, 21617, 'The concatenated message body exceeds the 1600 character limit');
  const message = {
    sid: sidOf(),
    to,
    from,
    body: text,
    callback: fields.get('StatusCallback'),
    createdAt: new Date(),
  };
  messages.push(message);
  return { status: 201, body: shown(message) };
}

function listed(messages: readonly SandboxMessage[], query: URLSearchParams): SandboxAnswer {
  const found = messages.filter(({ to }) => !query.has('To') || to === query.get('To'));
  return { status: 200, body: { messages: found.map(shown).reverse(), page: 0, page_size: 100 } };
}

function shown({ sid, to, from, body, createdAt }: SandboxMessage) {
  return {
    sid,
    to,
    from,
    body,
    status: 'queued',
    num_segments: '1',
    account_sid: SID,
    date_created: createdAt.toUTCString(),
    date_sent: null,
    error_code: null,
    error_message: null,
  };
}

function refusal(status: number, code: number, message: string): SandboxAnswer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message, more_info, status } };
}

const sidOf = (): string => `SM${randomBytes(16).toString('hex')}`;
