/** The messages over socket.io; part of views.ts. */
import { z } from 'zod';
import { byName, list, part } from '../view.ts';

/** What a change may be about. */
export const Topic = z.enum([
  'overview',
  'orders',
  'stock',
  'conflicts',
  'alerts',
  'connections',
  'pipelines',
  'dead-letters',
  'outbox',
  'executions',
  'proofs',
]);

/** Event `changed`: what shows something of these topics asks again. At most four a second for each page. */
export const ChangedMessage = part({ topics: list(Topic) });
export type ChangedMessage = z.infer<typeof ChangedMessage>;

/** Event `wires`: counts to add to what `GET /pipelines/:id` said. */
export const WiresMessage = part({ pipelineId: z.string(), counts: byName(z.int()) });
export type WiresMessage = z.infer<typeof WiresMessage>;

/** Event `present`: the others who look at the same flow, each with the node that they have chosen. */
export const PresentMessage = part({
  pipelineId: z.string(),
  people: list(part({ id: z.string(), name: z.string(), node: z.string().nullable() })),
});
export type PresentMessage = z.infer<typeof PresentMessage>;
