/** What can be sold of a kit: as many as its scarcest component allows. */
import type { Sku } from '../ids.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { Kit } from './kit.ts';

interface KitPart {
  readonly level: StockLevel | undefined;
  /** Of the component, in one kit. */
  readonly units: number;
}

/**
 * @param own of the kit's own SKU: it holds no stock, but counts what each channel took. undefined: not in the ledger.
 * @returns a level whose version is the sum of all that it was made of. Each of them only grows, so once nothing moves
 * any more, who read last has the highest sum: an older reading never overwrites it.
 */
export function kitLevel(
  kit: Kit,
  own: StockLevel | undefined,
  components: ReadonlyMap<Sku, StockLevel>,
): StockLevel {
  const parts = kit.components.map(({ sku, units }): KitPart => ({ level: components.get(sku), units }));
  const least = (of: 'onHand' | 'available') =>
    Math.min(...parts.map(({ level, units }) => Math.floor((level?.[of] ?? 0) / units)));
  return {
    sku: kit.sku,
    title: own?.title ?? kit.sku,
    onHand: least('onHand'),
    reserved: 0,
    available: least('available'),
    backordered: 0,
    byLocation: byLocation(parts),
    version: parts.reduce((sum, { level }) => sum + (level?.version ?? 0), own?.version ?? 0),
    taken: own?.taken ?? {},
  };
}

/** A kit leaves from one location: as many as its scarcest component allows there. */
function byLocation(parts: readonly KitPart[]): StockLevel['byLocation'] {
  const places = new Set(parts.flatMap(({ level }) => Object.keys(level?.byLocation ?? {})));
  return Object.fromEntries(
    [...places].map((place) => {
      const least = (of: 'onHand' | 'available') =>
        Math.min(
          ...parts.map(({ level, units }) => Math.floor((level?.byLocation[place]?.[of] ?? 0) / units)),
        );
      return [place, { onHand: least('onHand'), reserved: 0, available: least('available') }];
    }),
  );
}
