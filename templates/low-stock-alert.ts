import { z } from 'zod';
import { OwnThresholds, thresholdsOf } from '#nodes/stock/own-thresholds.ts';
import type { Template } from './define-template.ts';

const parameters = z.object({
  threshold: z.int().min(1).max(1_000_000).default(10).meta({
    title: 'Warn below',
    unit: 'units',
    help: 'For each product: what is still available, over all locations.',
  }),
  own: OwnThresholds,
  quietHours: z.int().min(1).max(720).default(24).meta({
    title: 'Not again for',
    unit: 'hours',
    help: 'A product that sells every minute warns you once in this time.',
  }),
});

/** Warns before something runs out, once a day for each product. */
export const lowStockAlert: Template<typeof parameters> = {
  id: 'low-stock-alert',
  title: 'Low-stock alert',
  promise: 'You hear of it before a product runs out.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ threshold, own, quietHours }) => [
    `When fewer than ${threshold} of a product are available, you get a warning.`,
    ...ownRules(own),
    'What shops have likely sold, and not told of yet, counts as sold.',
    `The same product warns you once in ${quietHours} ${quietHours === 1 ? 'hour' : 'hours'}.`,
    'Nothing is written to the shop.',
  ],
  example: ({ threshold }) =>
    `${threshold} are there, and one is sold: “Low stock: Blue mug. ${threshold - 1} left of Blue mug (MUG-1).”`,
  graph: ({ threshold, own, quietHours }) => ({
    nodes: [
      { id: 'trigger', type: 'stock-trigger', name: 'When stock changes', config: {}, x: 0, y: 0 },
      { id: 'low', type: 'low-stock', name: 'Low?', config: { threshold, own }, x: 344, y: 0 },
      {
        id: 'alert',
        type: 'alert',
        name: 'Warn me',
        config: { level: 'warning', topic: 'low-stock', quietHours },
        x: 688,
        y: 0,
      },
    ],
    wires: [
      { from: 'trigger', output: 'level', to: 'low' },
      { from: 'low', output: 'low', to: 'alert' },
    ],
  }),
};

const NAMED_MAX = 3;

function ownRules(own: string): string[] {
  const all = [...thresholdsOf(own)];
  if (all.length === 0) return [];
  const named = all.slice(0, NAMED_MAX).map(([sku, units]) => `${sku} below ${units}`);
  const more = all.length - named.length;
  return [`Other numbers: ${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`];
}
