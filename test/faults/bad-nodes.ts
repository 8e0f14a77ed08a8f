/** Nodes that do what no node should, for tests of supervision. What they do is asked for by the event. */
import { z } from 'zod';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { defineNode, defineTrigger } from '#nodes/kit/define-node.ts';
import { Retryable } from '#runtime/errors.ts';
import { nodeTypesOf } from '#runtime/pipelines/node-type.ts';

const Deed = z.object({
  deed: z.enum(['nothing', 'exit', 'exit-later', 'hang', 'hang-later', 'timer', 'reject', 'slow', 'retry']),
  ms: z.number().default(0),
});
const DeedPort = { name: 'Deed', schema: Deed };
const described = { summary: '', help: '', group: 'Decide' as const };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Never ends, and no compiler can see that. */
function hang(): void {
  for (let turn = 0; turn >= 0; turn = (turn + 1) % 1_000);
}

const deedTrigger = defineTrigger({
  ...described,
  type: 'deed-trigger',
  title: 'Deed',
  wants: 'order.changed',
  outputs: { deed: DeedPort },
  config: z.object({ only: z.string().default('') }),
  run: ({ event, config }) => {
    const deed = Deed.parse(JSON.parse(event.body.toString()));
    return config.only === '' || config.only === deed.deed ? { deed } : {};
  },
});

const doDeed = defineNode({
  ...described,
  type: 'do-deed',
  title: 'Do it',
  effect: 'none',
  input: DeedPort,
  outputs: {},
  config: z.object({}),
  foreignCode: true,
  run: async ({ input: { deed, ms } }) => {
    if (deed.endsWith('later')) await wait(20);
    if (deed.startsWith('exit')) process.exit(9);
    if (deed.startsWith('hang')) hang();
    if (deed === 'timer')
      setTimeout(() => {
        throw new Error('thrown in a timer');
      }, 10);
    if (deed === 'reject')
      void wait(10).then(() => Promise.reject(new Error('rejected, and nobody caught it')));
    if (deed === 'retry') throw new Retryable('not yet');
    if (deed === 'slow' || deed === 'timer' || deed === 'reject') await wait(ms);
    return {};
  },
});

/** The same, but taken for our own code, so that its client shares a runner. */
const doDeedHere = { ...doDeed, type: 'do-deed-here', foreignCode: false };

export const TYPES_WITH_BAD_NODES = nodeTypesOf([
  ...ALL_NODE_TYPES.values(),
  deedTrigger,
  doDeed,
  doDeedHere,
]);
