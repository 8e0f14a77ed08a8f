import { z } from 'zod';
import { defineNode } from '../kit/define-node.ts';
import { CapturedOrderPort, OrderPort } from '../kit/port-types.ts';

/** Keeps the order in SyncFlow's own list, once, whatever comes twice or late. */
export const captureOrder = defineNode({
  type: 'capture-order',
  title: 'Capture order',
  summary: 'Keeps the order in your list',
  help: 'Keeps the order in your one list over all channels. The same order never appears twice; a newer state of it replaces the older one, and an older one that arrives late changes nothing.',
  group: 'Channels',
  effect: 'orders',
  input: OrderPort,
  outputs: { order: CapturedOrderPort },
  config: z.object({}),
  run: async ({ input, context }) => ({ order: await context.effects.captureOrder(input) }),
});
