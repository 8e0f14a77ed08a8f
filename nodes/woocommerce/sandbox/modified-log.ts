/**
 * Orders by the time of their last change, without sorting: each change appends, older places of the same order
 * turn void. Time goes only forward here (`Ground.now`), so the log is in order at all times.
 */
import type { ShopOrder } from './state.ts';

interface Place {
  readonly order: ShopOrder;
  readonly modifiedMs: number;
}

const VOID_SHARE_MAX = 2;
const PLACES_MIN = 1_000;

export class ModifiedLog {
  #places: Place[] = [];
  readonly #latest = new Map<number, Place>();

  push(order: ShopOrder): void {
    const place = { order, modifiedMs: order.modifiedMs };
    this.#places.push(place);
    this.#latest.set(order.id, place);
    if (this.#places.length > PLACES_MIN + VOID_SHARE_MAX * this.#latest.size) {
      this.#places = this.#places.filter((each) => this.#isLatest(each));
    }
  }

  remove(order: ShopOrder): void {
    this.#latest.delete(order.id);
  }

  /** Orders whose last change is not before `fromMs`, oldest change first. */
  since(fromMs: number): ShopOrder[] {
    const first = lowerBound(this.#places, fromMs, (place) => place.modifiedMs);
    const found: ShopOrder[] = [];
    for (let index = first; index < this.#places.length; index += 1) {
      const place = this.#places[index];
      if (place && this.#isLatest(place)) found.push(place.order);
    }
    return found;
  }

  #isLatest(place: Place): boolean {
    return this.#latest.get(place.order.id) === place;
  }
}

/** Index of the first row whose number is not below `from`; rows are in ascending order. */
export function lowerBound<T>(rows: readonly T[], from: number, numberOf: (row: T) => number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && numberOf(row) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
