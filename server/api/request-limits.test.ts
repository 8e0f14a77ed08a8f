import { expect, test } from '@jest/globals';
import { AgencyId } from '#runtime/ids.ts';
import type { Principal } from '../auth/principal.ts';
import { RequestLimits } from './request-limits.ts';

const key = (by: string): Principal => ({
  kind: 'key',
  by,
  name: by,
  personId: null,
  sessionId: null,
  agencyId: AgencyId.parse('ours'),
  permissions: new Set(),
  clients: null,
});
const TOO_MANY = {
  status: 429,
  message: expect.stringMatching(/Nothing was changed. Go on in \d+ s/),
  retryAfterSeconds: expect.any(Number),
};

test('each key, and each address without a proof, has a budget of its own', async () => {
  const limits = new RequestLimits({ key: 3, session: 5, address: 2 });
  for (let n = 0; n < 3; n += 1) await limits.count(key('key:1:stock'), '203.0.113.9');
  await expect(limits.count(key('key:1:stock'), '203.0.113.9')).rejects.toMatchObject(TOO_MANY);
  await limits.count(key('key:2:orders'), '203.0.113.9');
  for (let n = 0; n < 2; n += 1) await limits.count(null, '203.0.113.9');
  await expect(limits.count(null, '203.0.113.9')).rejects.toMatchObject(TOO_MANY);
  await limits.count(null, '203.0.113.10');
});
