/** What SendGrid and Mailgun tell of mails later: over real HTTP, signed as they sign, kept with the message. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Service } from '#runtime/clients/service.ts';
import { type HookBench, openHookBench } from '#test/contracts/hook-bench.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '../all-services.ts';
import { mailgunSignature, openMailgunSandbox } from '../mailgun/sandbox/sandbox.ts';
import { openSendGridSandbox } from '../sendgrid/sandbox/sandbox.ts';
import { shortAddress } from './delivery-news.ts';

const TO = 'Owner@example.com';
const HOUR_MS = 3_600_000;
const email = ALL_OUTSIDE_EFFECTS.get('email')!;
const payload = (...to: string[]) => ({
  to,
  subject: 'Low: Mug',
  content: { tone: 'warning', heading: 'Low', paragraphs: ['3 left'], facts: [], action: null, footer: '' },
});

let database: TestDatabase;
let bench: HookBench;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A mail that the service has taken. @returns its key. */
async function sentOne(type: string, baseUrl: string, secret: object, ...to: string[]): Promise<string> {
  const key = await bench.enqueue('email', payload(...to));
  const far = { connectionId: bench.connectionId, type, baseUrl, secret, client: null };
  const asked = {
    payload: payload(...to),
    key,
    queuedAt: new Date(),
    far: { ...far, optOuts: bench.optOuts },
  };
  const { receipt } = await email.write({
    ...asked,
    observe: () => {},
    signal: new AbortController().signal,
  });
  await bench.sent(receipt);
  return key;
}

describe('SendGrid', () => {
  let sandbox: Awaited<ReturnType<typeof openSendGridSandbox>>;
  let secret: Record<string, string>;
  beforeEach(async () => {
    sandbox = await openSendGridSandbox();
    secret = { ...sandbox.input, webhookKey: sandbox.webhookKey };
    bench = await openHookBench(database, { type: 'sendgrid', baseUrl: sandbox.address, secret });
  });
  afterEach(async () => {
    await bench.stop();
    await sandbox.close();
  });
  const send = async (...to: string[]) => await sentOne('sendgrid', sandbox.address, secret, ...to);
  const event = (kind: string, key: string, more: object = {}) => ({
    event: kind,
    email: TO,
    timestamp: Math.floor(Date.now() / 1_000),
    sg_event_id: randomUUID(),
    sg_message_id: `${sandbox.mails[0]?.id}.recvd-1`,
    syncflow_key: key,
    ...more,
  });

  test('a mail that arrived and then came back after all; in one batch with those of other programs', async () => {
    const key = await send(TO);
    const others = [event('bounce', 'none', { syncflow_key: undefined }), event('open', key)];
    expect(await sandbox.tell(bench.hookUrl, [...others, event('delivered', key)])).toBe(204);
    expect(await bench.kept()).toMatchObject({ state: 'sent', report: { state: 'delivered' } });
    const bounce = event('bounce', key, { reason: '550 5.1.1 no such\r\nmailbox', type: 'bounce' });
    expect(await sandbox.tell(bench.hookUrl, [bounce])).toBe(204);
    // Told again, and late: it stays as it is.
    await sandbox.tell(bench.hookUrl, [bounce, event('delivered', key), event('processed', key)]);
    expect(await bench.kept()).toMatchObject({
      state: 'dead',
      failure: {
        reason: 'The mail server of O…@example.com does not take it. It says: 550 5.1.1 no such mailbox.',
        fix: expect.stringMatching(/^Correct the address, .+\.$/),
      },
    });
    expect(bench.reported).toEqual([bench.clientId, bench.clientId]);
  });

  test('a mail that SendGrid dropped', async () => {
    const key = await send(TO);
    await sandbox.tell(bench.hookUrl, [event('dropped', key, { reason: 'Bounced Address' })]);
    expect((await bench.kept())?.failure).toMatchObject({
      reason: 'SendGrid did not send it to O…@example.com. It says: Bounced Address.',
      fix: expect.stringMatching(/^The address stands on the list .+\.$/),
    });
  });

  test('a mail that was refused for now is told apart from an address that is wrong', async () => {
    const key = await send(TO);
    const blocked = event('bounce', key, { type: 'blocked', reason: '421 try later' });
    await sandbox.tell(bench.hookUrl, [blocked]);
    expect((await bench.kept())?.failure).toMatchObject({
      reason:
        'The mail server of O…@example.com refused this mail, but not the address. It says: 421 try later.',
      fix: expect.stringMatching(/^Send it again later\./),
    });
  });

  test('a report settles a doubt', async () => {
    const key = await send(TO);
    await bench.sent(null, 'in-doubt');
    await sandbox.tell(bench.hookUrl, [event('delivered', key)]);
    expect(await bench.kept()).toMatchObject({ state: 'sent', knownBy: 'report' });
  });

  test('who complains or unsubscribes gets no more, the others do; until they want to again', async () => {
    const key = await send(TO, 'second@example.com');
    await sandbox.tell(bench.hookUrl, [event('spamreport', key)]);
    await send(TO, 'second@example.com');
    expect(sandbox.mails.at(-1)?.to).toEqual(['second@example.com']);
    await expect(send(TO)).rejects.toMatchObject({
      message: expect.stringContaining('wants no more'),
      concerns: 'call',
    });
    await sandbox.tell(bench.hookUrl, [event('group_resubscribe', key)]);
    await send(TO);
    expect(sandbox.mails.at(-1)?.to).toEqual([TO]);
  });

  test('what is not signed, changed, old, or signed for another webhook changes nothing', async () => {
    const key = await send(TO);
    const bounce = [event('bounce', key)];
    const plain = await fetch(bench.hookUrl, { method: 'POST', body: JSON.stringify(bounce) });
    expect(plain.status).toBe(400);
    const forged = (body: string) => body.replace('bounce', 'dropped');
    expect(await sandbox.tell(bench.hookUrl, bounce, { forged })).toBe(403);
    // Parsed and written anew, it is not what was signed.
    const rewritten = (body: string) => JSON.stringify(JSON.parse(body));
    expect(await sandbox.tell(bench.hookUrl, bounce, { forged: rewritten })).toBe(403);
    const old = new Date(Date.now() - 26 * HOUR_MS);
    expect(await sandbox.tell(bench.hookUrl, bounce, { at: old })).toBe(403);
    expect(await sandbox.tell(bench.hookUrl, [])).toBe(204);
    const read = ALL_SERVICES.get('sendgrid') as Required<Service>;
    const delivery = { headers: {}, body: Buffer.from('[]'), url: '' };
    expect(read.readHook(delivery, sandbox.input)).toMatchObject({ kind: 'refused', status: 403 });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const webhookKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    await bench.stop();
    const other = { ...sandbox.input, webhookKey };
    bench = await openHookBench(database, { type: 'sendgrid', baseUrl: sandbox.address, secret: other });
    expect(await sandbox.tell(bench.hookUrl, bounce)).toBe(403);
  });
});

describe('Mailgun', () => {
  let sandbox: Awaited<ReturnType<typeof openMailgunSandbox>>;
  let secret: Record<string, string>;
  beforeEach(async () => {
    sandbox = await openMailgunSandbox();
    secret = { ...sandbox.input, signingKey: sandbox.signingKey };
    bench = await openHookBench(database, { type: 'mailgun', baseUrl: sandbox.address, secret });
  });
  afterEach(async () => {
    await bench.stop();
    await sandbox.close();
  });
  const send = async (...to: string[]) => await sentOne('mailgun', sandbox.address, secret, ...to);
  const event = (kind: string, more: object = {}) => ({
    event: kind,
    id: randomUUID(),
    timestamp: Date.now() / 1_000,
    recipient: TO,
    message: { headers: { 'message-id': sandbox.mails[0]?.messageId.slice(1, -1) } },
    ...more,
  });

  test('what is tried again says nothing; a mail that arrived; one that came back, and one that was not tried', async () => {
    await send(TO);
    expect(await sandbox.tell(bench.hookUrl, event('failed', { severity: 'temporary' }))).toBe(204);
    expect((await bench.kept())?.report ?? null).toBeNull();
    await sandbox.tell(bench.hookUrl, event('delivered'));
    expect(await bench.kept()).toMatchObject({ state: 'sent', report: { state: 'delivered' } });
    const status = { 'delivery-status': { code: 550, message: '5.1.1 No such user', description: '' } };
    await sandbox.tell(
      bench.hookUrl,
      event('failed', { severity: 'permanent', reason: 'bounce', ...status }),
    );
    expect(await bench.kept()).toMatchObject({
      state: 'dead',
      failure: { reason: 'The mail server of O…@example.com does not take it. It says: 5.1.1 No such user.' },
    });
  });

  test('an address to which Mailgun sends nothing', async () => {
    await send(TO);
    const suppressed = { severity: 'permanent', reason: 'suppress-bounce' };
    await sandbox.tell(bench.hookUrl, event('failed', suppressed));
    expect((await bench.kept())?.failure?.reason).toMatch(/^Mailgun did not send it to O…@example\.com\./);
  });

  test('who complains or unsubscribes gets no more', async () => {
    await send(TO);
    await sandbox.tell(bench.hookUrl, event('complained'));
    await expect(send(TO)).rejects.toThrow('wants no more');
    expect(sandbox.mails).toHaveLength(1);
  });

  test('a signature is good for one text: the same again is heard, another one is not', async () => {
    await send(TO);
    const signature = mailgunSignature();
    const told = event('delivered');
    expect(await sandbox.tell(bench.hookUrl, told, signature)).toBe(204);
    expect(await sandbox.tell(bench.hookUrl, told, signature)).toBe(204);
    const forged = event('failed', { severity: 'permanent', reason: 'bounce' });
    expect(await sandbox.tell(bench.hookUrl, forged, signature)).toBe(403);
    expect(await bench.kept()).toMatchObject({ state: 'sent', report: { state: 'delivered' } });
  });

  test('what is old, or not signed by this account, or of another program, changes nothing', async () => {
    await send(TO);
    const bounce = event('failed', { severity: 'permanent', reason: 'bounce' });
    const old = mailgunSignature(new Date(Date.now() - 10 * HOUR_MS));
    expect(await sandbox.tell(bench.hookUrl, bounce, old)).toBe(403);
    const wrong = { ...mailgunSignature(), signature: 'f'.repeat(64) };
    expect(await sandbox.tell(bench.hookUrl, bounce, wrong)).toBe(403);
    const foreign = { ...bounce, message: { headers: { 'message-id': '20261127.1@mg.example.com' } } };
    expect(await sandbox.tell(bench.hookUrl, foreign)).toBe(204);
    expect((await fetch(bench.hookUrl, { method: 'POST', body: '{}' })).status).toBe(400);
    expect((await bench.kept())?.state).toBe('sent');
    const read = ALL_SERVICES.get('mailgun') as Required<Service>;
    const delivery = { headers: {}, body: Buffer.from('{}'), url: '' };
    expect(read.readHook(delivery, sandbox.input)).toMatchObject({ kind: 'refused', status: 403 });
  });
});

test.each([
  ['owner@example.com', 'o…@example.com'],
  ['@example.com', '…'],
  ['', '…'],
])('%j is shown as %j', (address, shown) => expect(shortAddress(address)).toBe(shown));
