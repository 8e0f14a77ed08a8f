/** Opening stock for the replay: so much of each SKU that about one line in a hundred finds too little. */
import { NOT_COUNTED } from '../sample-orders/read-invoices.ts';
import type { Plan, Sale } from './plan.ts';

const SHORT_SHARE = 0.01;
const ROUNDS = 18;

/** Units to open each SKU with; null for what a shop does not count. */
export function openingStock(plan: Plan, shortShare = SHORT_SHARE): Map<string, number | null> {
  const peaks = peakDemand(plan);
  let [low, high] = [0, 1];
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (shareShort(plan, opened(peaks, middle)) > shortShare) low = middle;
    else high = middle;
  }
  const opening = new Map<string, number | null>(opened(peaks, high));
  for (const sku of plan.titles.keys()) if (NOT_COUNTED.has(sku)) opening.set(sku, null);
  return opening;
}

function opened(peaks: ReadonlyMap<string, number>, share: number): Map<string, number> {
  return new Map([...peaks].map(([sku, peak]) => [sku, Math.ceil(peak * share)]));
}

/** For each SKU, the most units that were out at any time. */
function peakDemand({ steps, titles }: Plan): Map<string, number> {
  const out = new Map<string, number>();
  const peaks = new Map([...titles.keys()].filter((sku) => !NOT_COUNTED.has(sku)).map((sku) => [sku, 0]));
  const move = (sku: string, units: number) => {
    const now = (out.get(sku) ?? 0) + units;
    out.set(sku, now);
    if (peaks.has(sku)) peaks.set(sku, Math.max(peaks.get(sku) ?? 0, now));
  };
  for (const step of steps) {
    if (step.kind === 'sale') for (const { sku, quantity } of step.lines) move(sku, quantity);
    if (step.kind === 'refund') {
      for (const { line, quantity } of step.lines) {
        const sku = step.sale.lines[line]?.sku;
        if (sku) move(sku, -quantity);
      }
    }
    if (step.kind === 'correction') move(step.sku, -step.change);
  }
  return peaks;
}

/** Plays the plan in order, one step after another, and tells which share of the counted lines found too little. */
function shareShort({ steps }: Plan, opening: Map<string, number>): number {
  const there = new Map(opening);
  const short = new Map<Sale, Set<number>>();
  let [lines, shortLines] = [0, 0];
  for (const step of steps) {
    if (step.kind === 'sale') {
      for (const [index, { sku, quantity }] of step.lines.entries()) {
        const available = there.get(sku);
        if (available === undefined) continue;
        lines += 1;
        if (available >= quantity) {
          there.set(sku, available - quantity);
        } else {
          shortLines += 1;
          short.set(step, (short.get(step) ?? new Set()).add(index));
        }
      }
    } else if (step.kind === 'refund') {
      for (const { line, quantity } of step.lines) {
        const sku = step.sale.lines[line]?.sku;
        if (sku && there.has(sku) && !short.get(step.sale)?.has(line))
          there.set(sku, (there.get(sku) ?? 0) + quantity);
      }
    } else {
      const available = there.get(step.sku) ?? 0;
      if (available + step.change >= 0) there.set(step.sku, available + step.change);
    }
  }
  return lines === 0 ? 0 : shortLines / lines;
}
