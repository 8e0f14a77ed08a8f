/** A kit: so many units of each component make one of it. */
import { z } from 'zod';
import { Sku } from '../ids.ts';

const COMPONENTS_MAX = 50;
const UNITS_MAX = 10_000;
const KITS_MAX = 1_000;

const Component = z.strictObject({ sku: Sku, units: z.int().min(1).max(UNITS_MAX) });

export const Kit = z.strictObject({
  sku: Sku,
  components: z
    .array(Component)
    .min(1, 'a kit has at least one component')
    .max(COMPONENTS_MAX, `a kit has at most ${COMPONENTS_MAX} components`)
    .refine((all) => new Set(all.map(({ sku }) => sku)).size === all.length, 'each component once'),
});
export type Kit = z.infer<typeof Kit>;

/** All kits of a client. One level: what is a kit is no component of another one, so there is no cycle either. */
export const Kits = z
  .array(Kit)
  .max(KITS_MAX, `at most ${KITS_MAX} kits`)
  .superRefine((kits, context) => {
    const names = new Set<string>(kits.map(({ sku }) => sku));
    if (names.size !== kits.length) context.addIssue({ code: 'custom', message: 'a SKU is one kit only' });
    for (const [index, { sku, components }] of kits.entries()) {
      for (const component of components) {
        if (!names.has(component.sku)) continue;
        const what = component.sku === sku ? 'can’t hold itself' : `can’t hold the kit "${component.sku}"`;
        context.addIssue({
          code: 'custom',
          message: `the kit "${sku}" ${what}`,
          path: [index, 'components'],
        });
      }
    }
  });
