import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { MongoNetworkError } from 'mongodb';
import { ConnectionChecker } from './connection-checker.ts';
import type { ConnectionHealth } from './connection-health.ts';

test('a look that the database could not keep is made again, and its checker stops as it should', async () => {
  let looks = 0;
  const health = {
    checked: async () => {
      looks += 1;
      if (looks === 1) throw new MongoNetworkError('connection closed');
    },
  } as unknown as ConnectionHealth;
  let shown = 0;
  const checker = new ConnectionChecker({
    client: { check: async () => [] },
    health,
    checked: () => {
      shown += 1;
    },
    againMs: 10,
  });
  await expect(checker.look()).rejects.toThrow('connection closed');
  while (looks < 2) await wait(5);
  await checker.look();
  expect([looks, shown]).toEqual([3, 2]);
  await checker.stop();
});
