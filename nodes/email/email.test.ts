import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { Mail, type MailContent } from '#runtime/outbox/mail.ts';
import { writtenDown } from '#test/contracts/written-down.ts';
import { mailgun } from '../mailgun/mailgun-service.ts';
import { REFUSALS as MAILGUN, troubleOf as mailgunTrouble } from '../mailgun/refusals.ts';
import { openMailgunSandbox } from '../mailgun/sandbox/sandbox.ts';
import { REFUSALS as SENDGRID } from '../sendgrid/refusals.ts';
import { openSendGridSandbox } from '../sendgrid/sandbox/sandbox.ts';
import { sendgrid } from '../sendgrid/sendgrid-service.ts';
import { signIn } from '../smtp/client.ts';
import { troubleOf as smtpTrouble } from '../smtp/refusals.ts';
import { openSmtpSandbox } from '../smtp/sandbox/sandbox.ts';
import { smtp } from '../smtp/smtp-service.ts';
import { htmlOf } from './html-template.ts';
import type { MailService } from './mail-service.ts';
import { sendEmail } from './send-email.ts';
import { textOf } from './text-template.ts';

const content: MailContent = {
  tone: 'warning',
  heading: 'Low: <script>alert(1)</script> & "Mug"',
  paragraphs: ['3 left.\nOrder more.', "It's <b>urgent</b>."],
  facts: [{ label: 'SKU', value: '<MUG>' }],
  action: { text: 'Open', url: 'https://sync.example/?a=1&b="2"' },
  footer: 'You asked for this.',
};
const far = (type: string, baseUrl: string, secret: object) => ({
  connectionId: ConnectionId.parse('con-1'),
  type,
  baseUrl,
  secret,
  client: null,
});
const mail = (to: readonly string[] = ['owner@example.com']) => ({
  to,
  subject: 'Low: Mug é',
  html: htmlOf('Low: Mug é', content),
  text: textOf(content),
  key: randomUUID(),
});
const call = (of: ReturnType<typeof far>) => ({
  far: of,
  observe: () => {},
  signal: new AbortController().signal,
  queuedAt: new Date(),
});

describe('the look', () => {
  test('escapes everything, and brings its colours for light and for dark', () => {
    const html = htmlOf(content.heading, content);
    expect(html).not.toMatch(/<script|<b>|<MUG>|b="2"/);
    expect(html).toContain('3 left.<br>Order more.');
    expect(html).toContain('&lt;MUG&gt;');
    expect(html).toContain('href="https://sync.example/?a=1&amp;b=&quot;2&quot;"');
    expect(html).toMatch(/prefers-color-scheme: dark/);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).not.toMatch(/https?:\/\/(?!sync\.example)/);
  });

  test('says all of it in plain text too', () => {
    expect(textOf(content)).toBe(
      `Low: <script>alert(1)</script> & "Mug"\n\n3 left.\nOrder more.\n\nIt's <b>urgent</b>.\n\nSKU: <MUG>\n\nOpen: https://sync.example/?a=1&b="2"\n\n-- \nYou asked for this.\n`,
    );
  });

  test('a subject of two lines is refused: it would become a header', () => {
    expect(Mail.safeParse({ to: ['a@b.co'], subject: 'a\r\nBcc: x@y.z', content }).success).toBe(false);
  });
});

describe('recipients', () => {
  test('SendGrid: each gets a mail of its own, with the same key', async () => {
    const sandbox = await openSendGridSandbox();
    const one = mail(['a@example.com', 'b@example.com']);
    await sendgrid.send(one, call(far('sendgrid', sandbox.address, sandbox.input)));
    expect(JSON.parse(String(sandbox.requests[0]?.body)).personalizations).toEqual([
      { to: [{ email: 'a@example.com' }], custom_args: { syncflow_key: one.key } },
      { to: [{ email: 'b@example.com' }], custom_args: { syncflow_key: one.key } },
    ]);
    expect(sandbox.mails[0]).toMatchObject({ customArgs: { syncflow_key: one.key }, subject: 'Low: Mug é' });
    sandbox.activityFeed(false);
    expect(await sendgrid.wasSent?.(one, call(far('sendgrid', sandbox.address, sandbox.input)))).toBe(
      'unknown',
    );
    await sandbox.close();
  });

  test('Mailgun: none is shown to another, and events find the mail by its own id', async () => {
    const sandbox = await openMailgunSandbox();
    const asked = call(far('mailgun', sandbox.address, sandbox.input));
    const one = mail(['a@example.com', 'b@example.com']);
    expect(await mailgun.wasSent?.(one, asked)).toBe('unknown');
    expect(await mailgun.wasSent?.(one, { ...asked, queuedAt: new Date(Date.now() - 3_600_000) })).toBe(
      'not-done',
    );
    expect(await mailgun.send(one, asked)).toBe(`<${one.key}@mg.example.com>`);
    expect(await mailgun.wasSent?.(one, asked)).toBe('done');
    expect(await mailgun.wasSent?.(mail(), asked)).toBe('unknown');
    expect(String(sandbox.requests.find(({ method }) => method === 'POST')?.body)).toContain(
      'recipient-variables',
    );
    await sandbox.close();
  });

  test('SMTP: both forms arrive with their Message-ID, and no recipient sees another', async () => {
    const sandbox = await openSmtpSandbox();
    // No names that a Message-ID, which is made of a UUID, may end with by chance.
    const one = mail(['una@example.com', 'otto@example.com']);
    await smtp.send(one, call(far('smtp', '', sandbox.input)));
    const [got] = sandbox.mails;
    expect(got?.to).toEqual(['una@example.com', 'otto@example.com']);
    expect(got?.mail).toMatchObject({ subject: one.subject, messageId: `<${one.key}@example.com>` });
    expect(got?.mail.text).toContain("It's <b>urgent</b>.");
    expect(String(got?.mail.html).trim()).toBe(one.html.trim());
    for (const other of ['una@example.com', 'otto@example.com'])
      expect(JSON.stringify(got?.mail.headerLines)).not.toContain(other);
    await sandbox.close();
  });
});

/** Each failure of ../shared/facts/services.md, sections 4 to 6, as the service answers it. */
describe('refusals', () => {
  const answers = [
    ['sendgrid', 401, { errors: [{ message: 'Maximum credits exceeded' }] }, /no emails left/],
    ['sendgrid', 401, { errors: [{ message: 'authorization required' }] }, /API key/],
    [
      'sendgrid',
      403,
      { errors: [{ message: 'The from address does not match a verified Sender Identity.' }] },
      /does not know the address/,
    ],
    ['sendgrid', 403, { errors: [{ message: 'access forbidden' }] }, /may not send/],
    ['sendgrid', 413, {}, /too large/],
    [
      'sendgrid',
      400,
      { errors: [{ message: 'Does not contain a valid address.', field: 'to' }] },
      /addresses wrong/,
    ],
    ['sendgrid', 429, { errors: [{ message: 'too many requests' }] }, /slow down/],
    ['mailgun', 401, 'Forbidden', /does not accept the key/],
    ['mailgun', 402, {}, /not paid/],
    [
      'mailgun',
      403,
      { message: 'Sandbox subdomains are for test purposes only. Please add authorized recipients' },
      /authorised recipients/,
    ],
    ['mailgun', 403, { message: 'Domain is disabled' }, /not activated/],
    ['mailgun', 404, { message: 'Domain not found: x' }, /no such domain/],
    ['mailgun', 413, {}, /too large/],
    ['mailgun', 400, { message: 'to parameter is not a valid address' }, /addresses wrong/],
  ] as const;
  const openers = { sendgrid: openSendGridSandbox, mailgun: openMailgunSandbox };
  const services: Readonly<Record<string, MailService>> = { sendgrid, mailgun };

  test.each(answers)('%s %i %j says what happened and what to do', async (type, status, body, words) => {
    const sandbox = await openers[type]();
    sandbox.misbehave([{ status, body }]);
    const sending = services[type]?.send(mail(), call(far(type, sandbox.address, sandbox.input)));
    const error = await sending?.catch((thrown: unknown) => thrown as Rejected | Retryable);
    await sandbox.close();
    expect(error).toMatchObject({ message: expect.stringMatching(words) });
    if (status !== 429) expect((error as Rejected).fix).toMatch(/^[A-Z].+\.$/);
    else expect((error as Retryable).afterMs).toBeGreaterThan(0);
  });

  test('no entry of the tables is out of reach of these answers', () => {
    for (const [type, table] of [
      ['sendgrid', SENDGRID],
      ['mailgun', MAILGUN],
    ] as const) {
      for (const [index, { status, says }] of table.entries()) {
        const fits = answers.filter(([of, code]) => of === type && code === status);
        const first = fits.filter(([, , body]) => {
          const words = JSON.stringify(body);
          return (
            table.findIndex((one) => one.status === status && (!one.says || one.says.test(words))) === index
          );
        });
        expect([type, status, String(says), first.length]).toEqual([type, status, String(says), 1]);
      }
    }
  });

  test('Mailgun names until when, as a date or as seconds', () => {
    const until = (message: string) =>
      mailgunTrouble(
        { status: 429, headers: new Headers(), text: '', json: { message }, afterMs: undefined },
        false,
      ) as Retryable;
    const date = new Date(Date.now() + 90_000).toUTCString();
    expect(until(`recipient limit exceeded, try again after ${date}`).afterMs).toBeGreaterThan(80_000);
    expect(until('request limit exceeded, try again after 120 seconds').afterMs).toBe(120_000);
    expect(until('limit exceeded').afterMs).toBe(60_000);
  });

  test.each([
    [{ code: 'EAUTH', responseCode: 535 }, false, 'far-side.keys'],
    [{ code: 'ETLS', message: 'self-signed certificate' }, false, 'far-side.address'],
    [{ code: 'EMESSAGE', responseCode: 552 }, true, 'far-side.refused'],
    [{ code: 'EENVELOPE', responseCode: 553, command: 'MAIL FROM' }, true, 'far-side.rights'],
    [{ code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO' }, true, 'far-side.refused'],
    [{ code: 'EMESSAGE', responseCode: 554, command: 'DATA' }, true, 'far-side.refused'],
    [{ code: 'EENVELOPE', responseCode: 452, command: 'RCPT TO' }, true, 'far-side.unavailable'],
    [{ code: 'ECONNECTION', message: 'Connection closed unexpectedly' }, true, 'far-side.in-doubt'],
    [{ code: 'ECONNECTION', message: 'Connection closed unexpectedly' }, false, 'far-side.unreachable'],
    [{ code: 'ESOCKET', message: 'connect ECONNREFUSED 127.0.0.1:25' }, true, 'far-side.unreachable'],
    [{ code: 'ETIMEDOUT', message: 'Greeting never received' }, true, 'far-side.unreachable'],
  ] as const)('a mail server: %j is %s', (failure, taken, code) => {
    const error = smtpTrouble(Object.assign(new Error('x'), failure), 'smtp.example.com', taken) as Rejected;
    expect(error.code).toBe(code);
    if (error.name === 'Rejected') expect(error.fix).toMatch(/^[A-Z].+\.$/);
  });

  test('a mail server that talks and never comes to an end holds nobody up', async () => {
    const sockets: Socket[] = [];
    const drip = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {}).write('220 ready\r\n');
      const timer = setInterval(() => socket.write('250-one more thing\r\n'), 20);
      socket.once('close', () => clearInterval(timer));
    }).listen(0, '127.0.0.1');
    await once(drip, 'listening');
    const { port } = drip.address() as AddressInfo;
    const asked = far('smtp', '', {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'shop@example.com',
    });
    const signal = AbortSignal.timeout(200);
    await expect(smtp.send(mail(), { ...call(asked), signal })).rejects.toMatchObject({
      name: 'InDoubt',
      message: expect.stringContaining('may have got the email'),
    });
    await expect(signIn({ far: asked, signal })).rejects.toMatchObject({ name: 'Retryable' });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => drip.close(resolve));
  });

  test('a mail server that knows no recipient, or takes nothing just now, over real SMTP', async () => {
    const sandbox = await openSmtpSandbox();
    const asked = call(far('smtp', '', sandbox.input));
    await expect(smtp.send(mail(['nobody@example.com']), asked)).rejects.toMatchObject({
      message: expect.stringContaining('does not know the recipient'),
      concerns: 'call',
    });
    await expect(smtp.send(mail(['busy@example.com']), asked)).rejects.toMatchObject({
      code: 'far-side.unavailable',
    });
    const stranger = { ...sandbox.input, from: 'stranger@example.com' };
    await expect(smtp.send(mail(), call(far('smtp', '', stranger)))).rejects.toMatchObject({
      code: 'far-side.rights',
    });
    expect(sandbox.mails).toEqual([]);
    await sandbox.close();
  });
});

test('the node writes each item down once, sends nowhere until told, and refuses what is no address', async () => {
  const { sent, context } = writtenDown();
  await sendEmail.run({ title: 'Mug' }, {}, context);
  expect(sent).toEqual([]);
  const settings = {
    connection: 'con-1',
    to: 'a@example.com, {email}',
    subject: 'Low: {title}',
    text: '{title}\n\nnow',
  };
  await sendEmail.run({ title: 'Mug\nBcc: x@y.z', email: 'b@example.com' }, settings, context);
  expect(sent).toMatchObject([
    {
      effect: 'email',
      subject: 'Email to 2 addresses',
      payload: { to: ['a@example.com', 'b@example.com'], subject: 'Low: Mug Bcc: x@y.z' },
    },
  ]);
  expect(Mail.safeParse(sent[0]?.payload).error).toBeUndefined();
  await expect(sendEmail.run({ email: 'none' }, settings, context)).rejects.toMatchObject({
    code: 'item.shape',
  });
});
