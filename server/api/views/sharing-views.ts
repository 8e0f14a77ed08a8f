/** The shapes of what the API says of shared stock; part of views.ts. */
import { z } from 'zod';
import { byName, fieldsOf, list, moment, part, view } from '../view.ts';

export const SharingRuleView = view('SharingRule', {
  mode: z.enum(['shared', 'quota']),
  buffer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('units'), units: z.int() }).readonly(),
    z.strictObject({ kind: z.literal('percent'), percent: z.number() }).readonly(),
    z.strictObject({ kind: z.literal('computed'), certainty: z.number(), unitsMax: z.int() }).readonly(),
  ]),
  caps: byName(z.int()).describe('By connection: the most that it may show'),
  hideBelow: z.int(),
});
export type SharingRuleView = z.infer<typeof SharingRuleView>;

const { mode, buffer, caps, hideBelow } = fieldsOf(SharingRuleView);

export const SharingView = view('Sharing', {
  revision: z
    .int()
    .describe(
      'Send it back with a change: rules that somebody else has changed meanwhile are not overwritten',
    ),
  since: moment,
  usual: SharingRuleView,
  exceptions: list(
    part({
      sku: z.string(),
      rule: part({
        mode: z.exactOptional(mode),
        buffer: z.exactOptional(buffer),
        caps: z.exactOptional(caps),
        hideBelow: z.exactOptional(hideBelow),
      }),
    }),
  ),
  kits: list(part({ sku: z.string(), components: list(part({ sku: z.string(), units: z.int() })) })).describe(
    'Products that are made of others. A change that leaves them out leaves them as they are.',
  ),
});
export type SharingView = z.infer<typeof SharingView>;
