import { expect, test } from '@jest/globals';
import type { AlertRequest, Effects } from '#runtime/effects/node-context.ts';
import { alert } from './alert.ts';

async function raised(config: object, input: Record<string, unknown>): Promise<AlertRequest | undefined> {
  const alerts: AlertRequest[] = [];
  const effects = { raiseAlert: async (request: AlertRequest) => void alerts.push(request) };
  await alert.run(input, alert.config.parse(config), {
    effects: effects as unknown as Effects,
    key: 'run-1:alert:0',
    signal: new AbortController().signal,
    log: () => {},
    nodeId: 'n',
    part: null,
    now: new Date(),
  });
  return alerts[0];
}

test('fields of the message stand in place of their names; what is missing stays as it was', async () => {
  const told = await raised(
    { title: 'Low: {title}', text: '{available} of {sku}, {constructor}, {nested}, {missing}' },
    { title: 'Mug', available: 3, sku: 'MUG', nested: { a: 1 } },
  );
  expect(told).toMatchObject({
    key: 'run-1:alert:0',
    level: 'warning',
    title: 'Low: Mug',
    text: '3 of MUG, {constructor}, {nested}, {missing}',
    quietHours: 24,
  });
});

test('a hostile title is text and nothing else, and no longer than it may be', async () => {
  const told = await raised(
    { title: '{title}' },
    { title: `{sku}<script>${'x'.repeat(10_000)}`, sku: 'MUG' },
  );
  expect(told?.title).toMatch(/^\{sku\}<script>x+$/);
  expect(told?.title.length).toBeLessThanOrEqual(500);
});

test('settings that make no sense are refused', () => {
  for (const wrong of [{ level: 'loud' }, { title: '' }, { quietHours: -1 }, { quietHours: 0.5 }])
    expect(alert.config.safeParse(wrong).success).toBe(false);
});
