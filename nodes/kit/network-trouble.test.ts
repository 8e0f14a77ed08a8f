import { expect, test } from '@jest/globals';
import { networkTrouble } from './network-trouble.ts';

const troubleAt = async (url: string, reading = false) =>
  await fetch(url).then(
    () => null,
    (error: unknown) => networkTrouble(error, new URL(url).host, reading),
  );

test('a port that is never called is for a person to mend: nothing was sent', async () => {
  expect(await troubleAt('http://127.0.0.1:9/x')).toMatchObject({
    name: 'Rejected',
    code: 'far-side.address',
    message: '127.0.0.1:9 is at a port that is not for the web.',
  });
});

test('what is cut off is said without the names of our errors', () => {
  const trouble = networkTrouble(new TypeError('terminated'), 'api.example.com', false);
  expect(trouble.message).toBe('api.example.com was called, but no answer came (cut off).');
});
