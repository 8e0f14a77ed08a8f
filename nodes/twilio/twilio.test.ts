import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { ConnectionId } from '#runtime/ids.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { type HookBench, openHookBench } from '#test/contracts/hook-bench.ts';
import { writtenDown } from '#test/contracts/written-down.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { ALL_OUTSIDE_EFFECTS } from '../all-services.ts';
import { DELIVERY_FAILURES, errorOf, REFUSALS } from './refusals.ts';
import { openTwilioSandbox, type TwilioSandbox } from './sandbox/sandbox.ts';
import { segmentsOf } from './segments.ts';
import { sendSms } from './send-sms.ts';
import { isSignedBy, signatureOf } from './signature.ts';
import { twilio } from './twilio-service.ts';

const sms = ALL_OUTSIDE_EFFECTS.get('sms')!;
const TO = '+447700900123';
let sandbox: TwilioSandbox;
beforeEach(async () => {
  sandbox = await openTwilioSandbox();
});
afterEach(() => sandbox.close());

const far = (more: object = {}) => ({
  connectionId: ConnectionId.parse('con-1'),
  type: 'twilio',
  baseUrl: sandbox.address,
  secret: sandbox.input,
  client: null,
  ...more,
});
const call = (payload: object = {}, more: object = {}) => ({
  payload: { to: TO, text: 'Hello', validSeconds: 3_600, ...payload },
  key: randomUUID(),
  queuedAt: new Date(),
  far: far(),
  observe: () => {},
  signal: new AbortController().signal,
  ...more,
});

describe('segments', () => {
  test.each([
    ['a'.repeat(160), 'GSM-7', 1],
    ['a'.repeat(161), 'GSM-7', 2],
    ['a'.repeat(306), 'GSM-7', 2],
    ['a'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1],
    ['€'.repeat(81), 'GSM-7', 2],
    // The escape and its character stay together: 76 of them in 153.
    ['€'.repeat(153), 'GSM-7', 3],
    ['ş'.repeat(70), 'UCS-2', 1],
    ['ş'.repeat(71), 'UCS-2', 2],
    ['ş'.repeat(134), 'UCS-2', 2],
    ['ş'.repeat(135), 'UCS-2', 3],
    ['😀'.repeat(35), 'UCS-2', 1],
    ['😀'.repeat(36), 'UCS-2', 2],
    ['😀'.repeat(67), 'UCS-2', 3],
  ] as const)('of %j are counted as %s: %i', (text, encoding, segments) => {
    expect(segmentsOf(text)).toMatchObject({ encoding, segments });
  });

  test('name what made a text dear', () => {
    expect(segmentsOf('“Mug” is low')).toMatchObject({ encoding: 'UCS-2', outside: ['“', '”'] });
  });
});

test('signs as Twilio does: the vector of its own libraries, and nothing else is believed', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const fields = new URLSearchParams({
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  });
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
  expect(signatureOf('12345', url, fields)).toBe(signature);
  expect(isSignedBy(['other', '12345'], url, fields, signature)).toBe(true);
  const withPort = signatureOf('12345', url.replace('.com/', '.com:443/'), fields);
  expect(isSignedBy(['12345'], url, fields, withPort)).toBe(true);
  const changed = new URLSearchParams(fields);
  changed.append('Unknown', 'x');
  for (const wrong of [
    isSignedBy(['other'], url, fields, signature),
    isSignedBy(['12345'], `${url}&x`, fields, signature),
    isSignedBy(['12345'], url, changed, signature),
    isSignedBy(['12345'], url, fields, ''),
  ])
    expect(wrong).toBe(false);
});

describe('refusals', () => {
  /** Every code that Twilio answers by, of ../shared/facts/services.md. */
  test.each([20003, 21211, 21212, 21408, 21602, 21606, 21608, 21610, 21612, 21614, 21617])(
    '%i has a sentence and a fix',
    (code) => {
      const error = errorOf(code, undefined) as Rejected;
      expect(error).toBeInstanceOf(Rejected);
      expect(error.message).toMatch(new RegExp(`^[A-Z].+\\(${code}\\)\\.$`));
      expect(error.fix).toMatch(/^[A-Z].+\.$/);
    },
  );

  test.each([30001, 30003, 30004, 30005, 30006, 30007, 30008, 30034, 21610])(
    'delivery failure %i has a sentence and a fix',
    (code) => {
      expect(DELIVERY_FAILURES[code]?.reason).toMatch(new RegExp(`^[A-Z].+\\(${code}\\)\\.$`));
      expect(DELIVERY_FAILURES[code]?.fix).toMatch(/^[A-Z].+\.$/);
    },
  );

  test.each([20429, 21611])('%i passes by itself', (code) => {
    expect(errorOf(code, 7)).toMatchObject({ name: 'Retryable', afterMs: 7 });
    expect(errorOf(code, undefined)).toBeInstanceOf(Retryable);
  });

  test("a code that is not known is told in Twilio's own words", async () => {
    sandbox.misbehave([{ status: 400, body: { code: 29999, message: 'Something of tomorrow' } }]);
    const error = await sms.write(call()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'Rejected', concerns: 'call' });
    expect((error as Error).message).toContain('Something of tomorrow');
  });

  test.each([
    ['+15005550001', 21211],
    ['+15005550002', 21612],
    ['+15005550003', 21408],
    ['+15005550009', 21614],
  ])('over HTTP: the magic number %s is refused by %i', async (to, code) => {
    await expect(sms.write(call({ to }))).rejects.toMatchObject({
      message: REFUSALS[code]?.reason,
      fix: REFUSALS[code]?.fix,
    });
  });
});

test('connecting says when an account is closed, and warns of a trial', async () => {
  sandbox.account('suspended');
  await expect(twilio.check?.(far())).rejects.toMatchObject({ code: 'far-side.closed' });
  sandbox.account('active', 'Trial');
  expect(await twilio.check?.(far())).toMatchObject([{ code: 'twilio.trial', tone: 'warn' }]);
});

test('a look finds a message by number and text, of this time and no other', async () => {
  const asked = call();
  expect(await sms.probe?.(asked)).toBe('not-done');
  await sms.write(call({ text: 'Another' }));
  await sms.write(call({ to: '+447700900999' }));
  expect(await sms.probe?.(asked)).toBe('not-done');
  await sms.write(asked);
  expect(await sms.probe?.(asked)).toBe('done');
  expect(await sms.probe?.({ ...asked, queuedAt: new Date(Date.now() + 60_000) })).toBe('not-done');
});

test('no callback is asked for where Twilio could not call it', async () => {
  const real = { hookUrl: 'http://127.0.0.1:8080/hooks/twilio/con-1', baseUrl: 'http://sandbox.example' };
  await sms.write(call({}, { far: far({ hookUrl: real.hookUrl }) }));
  expect(sandbox.messages[0]?.callback).toMatch(
    /^http:\/\/127\.0\.0\.1:8080\/hooks\/twilio\/con-1\?message=/,
  );
  await sms.write(call());
  expect(sandbox.messages[1]?.callback).toBeNull();
});

test('the node writes each item down once, says how many segments it has, and sends nowhere until told', async () => {
  const { sent, context } = writtenDown();
  await sendSms.run({ title: 'Mug' }, {}, context);
  expect(sent).toEqual([]);
  const settings = { connection: 'con-1', to: '{phone}', text: 'Low: {title} 😀' };
  await sendSms.run({ title: 'Mug'.repeat(30), phone: '+44 7700 900123' }, settings, context);
  expect(sent).toMatchObject([
    { key: 'e:p:n:0', effect: 'sms', subject: 'SMS to …123, 2 segments', payload: { to: TO } },
  ]);
  expect(sendSms.describe(settings)).toBe('1 segment (UCS-2) before fields are filled in');
  await expect(sendSms.run({}, { ...settings, to: '123' }, context)).rejects.toThrow();
});

describe('what Twilio tells later', () => {
  let database: TestDatabase;
  let bench: HookBench;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    bench = await openHookBench(database, {
      type: 'twilio',
      baseUrl: sandbox.address,
      secret: sandbox.input,
    });
  });
  afterEach(() => bench.stop());

  const kept = async () => await bench.kept();
  /** A message that Twilio has taken, as the outbox keeps it. */
  async function sentOne(state: OutboxDocument['state'] = 'sent') {
    const key = await bench.enqueue('sms', call().payload);
    const { receipt } = await sms.write(call({}, { key, far: far({ hookUrl: bench.hookUrl }) }));
    await bench.sent(receipt, state);
    return sandbox.messages.at(-1) as (typeof sandbox.messages)[number];
  }

  test('a message that arrived, whatever the order and however often it is told', async () => {
    const message = await sentOne();
    expect(await sandbox.report(message, 'delivered')).toBe(204);
    expect(await sandbox.report(message, 'sent')).toBe(204);
    expect(await sandbox.report(message, 'delivered')).toBe(204);
    expect(await sandbox.report(message, 'queued')).toBe(204);
    expect(await kept()).toMatchObject({ state: 'sent', report: { state: 'delivered' } });
    expect(bench.reported).toEqual([bench.clientId]);
  });

  test('a message that did not arrive waits for a person, with what to do', async () => {
    await sandbox.report(await sentOne(), 'undelivered', 30003);
    expect(await kept()).toMatchObject({
      state: 'dead',
      failure: { reason: DELIVERY_FAILURES[30003]?.reason, fix: DELIVERY_FAILURES[30003]?.fix },
    });
  });

  test('a report settles a doubt', async () => {
    await sandbox.report(await sentOne('in-doubt'), 'sent');
    expect(await kept()).toMatchObject({ state: 'sent', knownBy: 'report' });
  });

  test('STOP is heard: nothing more is sent to that number by this connection, until START', async () => {
    const { optOuts, hookUrl } = bench;
    const write = async () => await sms.write(call({}, { far: far({ optOuts }) }));
    expect(await sandbox.writeTo(hookUrl, TO, ' Stop ')).toBe(204);
    await expect(write()).rejects.toThrow('answered STOP');
    expect(sandbox.messages).toEqual([]);
    expect(await sandbox.writeTo(hookUrl, TO, 'hello?')).toBe(204);
    expect(await optOuts.has(TO)).toBe(true);
    await sandbox.writeTo(hookUrl, TO, 'START');
    await write();
    expect(sandbox.messages).toHaveLength(1);
    await expect(sms.write(call({ to: '+15005550004' }, { far: far({ optOuts }) }))).rejects.toThrow('STOP');
    expect(await optOuts.has('+15005550004')).toBe(true);
  });

  test('what is not signed, or signed by another account, changes nothing', async () => {
    const message = await sentOne();
    const fields = new URLSearchParams({
      MessageSid: message.sid,
      MessageStatus: 'failed',
      ErrorCode: '30008',
    });
    const post = async (headers: Record<string, string>, url = message.callback ?? '') =>
      (await fetch(url, { method: 'POST', body: fields, headers })).status;
    expect(await post({})).toBe(400);
    const forged = signatureOf('f'.repeat(32), message.callback ?? '', fields);
    expect(await post({ 'x-twilio-signature': forged })).toBe(403);
    expect(await post({}, bench.hookUrl.replace(bench.connectionId, 'twilio-nobody'))).toBe(404);
    expect((await kept())?.state).toBe('sent');
  });
});
