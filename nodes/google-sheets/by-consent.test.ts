import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FarSide } from '#runtime/outbox/outside-effect.ts';
import type { ConsentWay } from '#runtime/sync/channel-connect.ts';
import { googleSheets } from './google-sheets-service.ts';
import { openSheetsSandbox, type SheetsSandbox } from './sandbox/sandbox.ts';

const way = googleSheets.connect?.find(({ id }) => id === 'consent') as ConsentWay;
const place = {
  state: 'state-0123456789',
  callbackUrl: 'https://sync.example/connect/google-sheets/callback',
  returnUrl: 'https://sync.example/connect',
};
const body = Buffer.alloc(0);
let sandbox: SheetsSandbox;
beforeEach(async () => {
  sandbox = await openSheetsSandbox();
});
afterEach(() => sandbox.close());

/** Goes to Google and comes back, as a browser does. */
async function agreed(changes: Readonly<Record<string, string>> = {}) {
  const input = way.form.parse({ ...sandbox.consentInput, ...changes });
  const { url, pending } = await way.begin({ input, sandboxUrl: sandbox.address }, place);
  const response = await fetch(url, { redirect: 'manual' });
  const back = new URL(response.headers.get('location') ?? 'none:');
  expect(back.href.startsWith(place.callbackUrl)).toBe(true);
  const query = Object.fromEntries(back.searchParams);
  expect(way.stateOf({ query, body })).toBe(place.state);
  return { pending: JSON.parse(JSON.stringify(pending)) as Record<string, unknown>, query };
}
const finish = async ({ pending, query }: Awaited<ReturnType<typeof agreed>>) =>
  await way.finish(pending, { query, body });
const farOf = ({ baseUrl, secret }: Awaited<ReturnType<typeof finish>>): FarSide => ({
  connectionId: 'sheet-1' as FarSide['connectionId'],
  type: 'google-sheets',
  baseUrl,
  secret,
  client: null,
});

test('a spreadsheet is connected by a consent that lasts, until it is taken back', async () => {
  const account = await finish(await agreed());
  expect(account).toMatchObject({ name: 'Sheet: Our shop', baseUrl: sandbox.address });
  expect(googleSheets.secret.parse(account.secret)).toEqual(account.secret);
  const far = farOf(account);
  expect(await googleSheets.check?.(far)).toEqual([]);
  // The access token ends before its time: a new one is fetched.
  sandbox.misbehave([
    { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED', message: '' } } },
  ]);
  expect(await googleSheets.check?.(far)).toEqual([]);
  sandbox.consents.takeBack();
  sandbox.misbehave([
    { status: 401, body: { error: { code: 401, status: 'UNAUTHENTICATED', message: '' } } },
  ]);
  await expect(googleSheets.check?.(far)).rejects.toMatchObject({
    message: expect.stringMatching(/^Your consent at Google is no longer valid/),
    code: 'far-side.keys',
    action: 'connect-again',
    concerns: 'connection',
  });
});

test('a spreadsheet that the person may not edit is said in words of a person, not of a service account', async () => {
  const account = await finish(await agreed());
  sandbox.unshare();
  const error = await googleSheets.check?.(farOf(account)).catch((thrown: unknown) => thrown as Error);
  expect(String(error)).toContain('the Google account that agreed');
  expect(String(error)).not.toMatch(/service account|\{email\}/);
});

test('who does not agree, or takes the mark away, is told what to do', async () => {
  sandbox.consents.next = 'says no';
  await expect(finish(await agreed())).rejects.toThrow('You did not agree at Google.');
  sandbox.consents.next = 'takes the mark away';
  await expect(finish(await agreed())).rejects.toThrow('not to spreadsheets');
});

test('a code is good for one use, by whoever asked for it, with the right secret', async () => {
  const once = await agreed();
  await finish(once);
  await expect(finish(once)).rejects.toMatchObject({ code: 'far-side.keys' });
  const [ours, theirs] = [await agreed(), await agreed()];
  await expect(finish({ pending: ours.pending, query: theirs.query })).rejects.toThrow('Malformed auth code');
  await expect(finish(await agreed({ clientSecret: 'GOCSPX-another' }))).rejects.toThrow('client ID');
  expect(() => way.form.parse({ ...sandbox.consentInput, clientId: 'x' })).toThrow('googleusercontent');
});
