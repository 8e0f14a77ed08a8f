/** The orders of the shop, found by id, by date and by last change. */
import { lowerBound, ModifiedLog } from './modified-log.ts';
import type { ShopOrder } from './state.ts';

export interface OrderQuery {
  /** Dates are exclusive and count whole seconds, as in WordPress. */
  readonly afterMs?: number;
  readonly beforeMs?: number;
  readonly modifiedAfterMs?: number;
  readonly modifiedBeforeMs?: number;
  /** Absent: any but the trash. */
  readonly statuses?: ReadonlySet<string>;
  readonly include?: readonly number[];
  /** A part of the number. */
  readonly search?: string;
  readonly orderBy: 'date' | 'modified' | 'id';
  readonly ascending: boolean;
  readonly offset: number;
  readonly limit: number;
}

export class OrderBook {
  readonly #byId = new Map<number, ShopOrder>();
  /** Ids and creation times both grow, so this is in order of both. */
  readonly #created: ShopOrder[] = [];
  readonly #modified = new ModifiedLog();

  byId(id: number): ShopOrder | undefined {
    return this.#byId.get(id);
  }

  /** Takes a new order in, or one of before the restart; these must come in the order of their ids. */
  add(order: ShopOrder): void {
    this.#byId.set(order.id, order);
    this.#created.push(order);
  }

  /** Deleted for good, not into the trash. */
  remove(order: ShopOrder): void {
    this.#byId.delete(order.id);
    this.#created.splice(this.#created.indexOf(order), 1);
    this.#modified.remove(order);
  }

  /** To be called after each change of an order's `modifiedMs`, in order of time. */
  touched(order: ShopOrder): void {
    this.#modified.push(order);
  }

  /** One page of orders and how many there are in all. Costs as much as the orders in the asked range of dates. */
  find(query: OrderQuery): { rows: ShopOrder[]; total: number } {
    const found = this.#inRange(query).filter((order) => fits(order, query));
    const byNumber: (order: ShopOrder) => number =
      query.orderBy === 'modified' ? (order) => order.modifiedMs : (order) => order.id;
    // Already in order, as a rule: then this is one pass.
    found.sort((one, other) => byNumber(one) - byNumber(other));
    if (!query.ascending) found.reverse();
    return { rows: found.slice(query.offset, query.offset + query.limit), total: found.length };
  }

  #inRange(query: OrderQuery): ShopOrder[] {
    if (query.include) return query.include.flatMap((id) => this.#byId.get(id) ?? []);
    if (query.modifiedAfterMs !== undefined) return this.#modified.since(query.modifiedAfterMs);
    if (query.orderBy === 'modified') return this.#modified.since(0);
    return this.#created.slice(lowerBound(this.#created, query.afterMs ?? 0, (order) => order.createdMs));
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000);

function fits(order: ShopOrder, query: OrderQuery): boolean {
  if (query.search !== undefined && !String(order.id).includes(query.search)) return false;
  const { afterMs, beforeMs, modifiedAfterMs, modifiedBeforeMs, statuses } = query;
  if (statuses ? !statuses.has(order.status) : order.status === 'trash') return false;
  if (afterMs !== undefined && seconds(order.createdMs) <= seconds(afterMs)) return false;
  if (beforeMs !== undefined && seconds(order.createdMs) >= seconds(beforeMs)) return false;
  if (modifiedAfterMs !== undefined && seconds(order.modifiedMs) <= seconds(modifiedAfterMs)) return false;
  return modifiedBeforeMs === undefined || seconds(order.modifiedMs) < seconds(modifiedBeforeMs);
}
