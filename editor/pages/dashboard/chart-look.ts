/** How the charts look: the page's own colours, in both themes. */

export const height = 220;

/** Shops are told apart by their names in the legend and in the tip, too. */
const series = [
  'var(--color-accent)',
  'var(--color-ok)',
  'var(--color-warn)',
  'var(--color-quiet)',
  'var(--color-bad)',
];

/** The colour of a series; after the last one it begins anew. */
export const seriesColor = (index: number): string => series[index % series.length] ?? 'currentColor';

export const axis = {
  stroke: 'var(--color-quiet)',
  tickLine: false,
  axisLine: false,
  fontSize: 12,
} as const;

export const tooltip = {
  cursor: { fill: 'var(--color-sunken)', stroke: 'var(--color-line)' },
  contentStyle: {
    background: 'var(--color-surface)',
    border: '1px solid var(--color-line)',
    borderRadius: 8,
  },
  isAnimationActive: false,
} as const;
