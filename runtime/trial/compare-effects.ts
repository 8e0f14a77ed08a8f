/** How the effects of two runs differ: what one has and the other has not, line by line, whatever their order. */
import type { SimulatedEffect } from '../effects/simulated-effect.ts';

export interface EffectDifference {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** Lines that occur twice count twice. */
export function compareEffects(before: readonly string[], after: readonly string[]): EffectDifference {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  const added: string[] = [];
  for (const line of after) {
    const n = left.get(line) ?? 0;
    if (n === 0) added.push(line);
    else left.set(line, n - 1);
  }
  return { gone: [...left].flatMap(([line, n]) => Array<string>(n).fill(line)), added };
}

export const linesOf = (effects: readonly SimulatedEffect[]): string[] => effects.map(({ text }) => text);
