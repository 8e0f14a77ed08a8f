/** Settings that ask for a connection name types that there are, and all that would do. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { ALL_TEMPLATES } from '#templates/all-templates.ts';
import { ALL_NODE_TYPES } from './all-node-types.ts';
import { ALL_SERVICES } from './all-services.ts';

const Meta = z.object({
  connection: z.enum(['channel', 'service']).optional(),
  connectionTypes: z.array(z.string()).optional(),
});
const asked = [
  ...[...ALL_NODE_TYPES.values()].map(({ type, config }) => [type, config.shape] as const),
  ...ALL_TEMPLATES.map(({ id, parameters }) => [id, parameters.shape] as const),
].flatMap(([of, shape]) =>
  Object.entries(shape).map(
    ([field, schema]) =>
      [`${of}.${field}`, Meta.parse(z.globalRegistry.get(schema as z.ZodType) ?? {})] as const,
  ),
);

test('a setting that wants a service names the types that will do', () => {
  const services = asked.filter(([, { connection }]) => connection === 'service');
  expect(services.length).toBeGreaterThan(5);
  for (const [name, { connectionTypes = [] }] of services) {
    expect([name, connectionTypes]).not.toEqual([name, []]);
    for (const type of connectionTypes) expect([name, ALL_SERVICES.has(type)]).toEqual([name, true]);
  }
});

test.each([
  ['send-email.connection', 'email'],
  ['send-sms.connection', 'sms'],
] as const)('%s takes every service that carries %s', (name, carried) => {
  const [, meta] = asked.find(([one]) => one === name) ?? [];
  const carriers = [...ALL_SERVICES.values()].filter(({ carries }) => carries === carried);
  expect(meta?.connectionTypes?.toSorted()).toEqual(carriers.map(({ type }) => type).toSorted());
});
