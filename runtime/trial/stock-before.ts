/** How much stock there was before some orders came: what they have booked since is put back. */
import type { Sku } from '../ids.ts';
import type { OrderDocument } from '../orders/order-document.ts';
import type { StockLevel } from '../stock/stock-level.ts';

interface Booked {
  /** By location: units that left the shelf, and units that are promised. */
  readonly sold: Map<string, number>;
  readonly held: Map<string, number>;
  /** By connection. */
  readonly taken: Map<string, number>;
}

export class StockBefore {
  readonly #booked = new Map<Sku, Booked>();

  /** What this order has booked did not happen yet. */
  putBack({ connectionId, lines }: Pick<OrderDocument, 'connectionId' | 'lines'>): void {
    for (const { sku, sold, held } of lines.flatMap(({ accounts }) => accounts)) {
      const booked = this.#booked.get(sku) ?? { sold: new Map(), held: new Map(), taken: new Map() };
      this.#booked.set(sku, booked);
      for (const [location, units] of Object.entries(sold)) {
        add(booked.sold, location, units);
        add(booked.taken, connectionId, units);
      }
      for (const { location, units } of held) {
        add(booked.held, location, units);
        add(booked.taken, connectionId, units);
      }
    }
  }

  /** The level as it was. Its version stays what it is now. */
  levelOf(level: StockLevel): StockLevel {
    const booked = this.#booked.get(level.sku);
    if (!booked) return level;
    const { sold, held, taken } = booked;
    const places = new Set([...Object.keys(level.byLocation), ...sold.keys(), ...held.keys()]);
    const byLocation = Object.fromEntries(
      [...places].map((place) => {
        const here = level.byLocation[place] ?? { onHand: 0, reserved: 0, available: 0 };
        return [place, changed(here, sold.get(place) ?? 0, held.get(place) ?? 0)];
      }),
    );
    const takenBefore = Object.entries(level.taken).map(([id, units]) => [id, units - (taken.get(id) ?? 0)]);
    return {
      ...changed(level, sum(sold), sum(held)),
      byLocation,
      taken: Object.fromEntries(takenBefore),
    };
  }
}

const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((all, one) => all + one, 0);

function add(to: Map<string, number>, name: string, units: number): void {
  to.set(name, (to.get(name) ?? 0) + units);
}

function changed<Counts extends { onHand: number; reserved: number; available: number }>(
  counts: Counts,
  sold: number,
  held: number,
): Counts {
  return {
    ...counts,
    onHand: counts.onHand + sold,
    reserved: counts.reserved - held,
    available: counts.available + sold + held,
  };
}
