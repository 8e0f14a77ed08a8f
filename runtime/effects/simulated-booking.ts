/**
 * An order's stock, booked in a simulation. It follows the units that the channel has taken, as the ledger does, and
 * leaves out what comes after: who of two buyers gets the last unit, policies, backorders, and the client's own order of
 * locations. What is not there is short.
 */
import type { OrderId, Sku } from '../ids.ts';
import type { Order, OrderLine } from '../orders/order.ts';
import type { BookedOrder } from '../orders/order-booking.ts';
import type { ShortLine } from '../orders/short-line.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { KnownWorld } from './known-world.ts';
import { type SimulatedEffect, simulated } from './simulated-effect.ts';
import type { BookedUnits, SimulatedOrder, SimulatedState } from './simulated-state.ts';

const NOTHING: BookedUnits = { units: 0, location: '', reserved: false };

/** Books what the order's lines have taken since they were last booked, and says so. */
export async function bookSimulated(
  world: Pick<KnownWorld, 'kits'>,
  state: SimulatedState,
  orderId: OrderId,
  { order, booked: before }: SimulatedOrder,
  note: (effect: SimulatedEffect) => void,
): Promise<BookedOrder> {
  const parts = order.lines.flatMap((line) => partsOf(line, world.kits));
  const levels = await state.levels([...new Set(parts.map(({ sku }) => sku))]);
  const booked = new Map(before);
  const short: ShortLine[] = [];
  for (const { line, sku, units } of parts) {
    const level = levels.get(sku);
    const place = `${line.lineId}\n${sku}`;
    const was = booked.get(place) ?? NOTHING;
    const reserved = order.status === 'pending';
    if (!level) {
      if (units !== was.units) note(simulated('book', `Books nothing: there is no stock of ${sku}`));
      continue;
    }
    const more = units - was.units;
    if (more > 0 && level.available < more) {
      note(simulated('book', `${sku} is short: ${more} wanted, ${level.available} there`));
      short.push({
        orderId,
        orderNumber: order.number,
        lineId: line.lineId,
        sku,
        title: line.title,
        wanted: more,
        available: level.available,
      });
      continue;
    }
    const paid = was.reserved && !reserved && was.units > 0;
    if (more === 0 && !paid) continue;
    const location = was.location || shelfOf(level, more);
    const next = moved(level, location, { was, units, reserved }, order);
    levels.set(sku, next);
    state.setLevel(next);
    booked.set(place, { units, location, reserved });
    note(simulated('book', words(next, location, { more, units, reserved, paid })));
  }
  state.setOrder(orderId, { order, booked });
  return { levels: [...levels.values()], short };
}

interface Part {
  readonly line: OrderLine;
  readonly sku: Sku;
  readonly units: number;
}

function partsOf(line: OrderLine, kits: KnownWorld['kits']): Part[] {
  if (line.sku === null) return [];
  const units = Math.max(0, line.taken - (line.takenBefore ?? 0));
  const kit = kits.kit(line.sku);
  if (!kit) return [{ line, sku: line.sku, units }];
  return kit.components.map((part) => ({ line, sku: part.sku, units: units * part.units }));
}

/** The location with most of it that has enough, by name where two have as much. */
function shelfOf({ byLocation }: StockLevel, units: number): string {
  const shelves = Object.entries(byLocation).sort(
    ([a, one], [b, other]) => other.available - one.available || (a < b ? -1 : 1),
  );
  return (shelves.find(([, { available }]) => available >= units) ?? shelves[0])?.[0] ?? 'main';
}

function moved(
  level: StockLevel,
  location: string,
  { was, units, reserved }: { readonly was: BookedUnits; readonly units: number; readonly reserved: boolean },
  { connectionId }: Order,
): StockLevel {
  const held = (reserved ? units : 0) - (was.reserved ? was.units : 0);
  const out = (reserved ? 0 : units) - (was.reserved ? 0 : was.units);
  const here = level.byLocation[location] ?? { onHand: 0, reserved: 0, available: 0 };
  const change = <Counts extends { onHand: number; reserved: number; available: number }>(
    counts: Counts,
  ): Counts => ({
    ...counts,
    onHand: counts.onHand - out,
    reserved: counts.reserved + held,
    available: counts.available - out - held,
  });
  const taken = (level.taken[connectionId] ?? 0) + units - was.units;
  return {
    ...change(level),
    byLocation: { ...level.byLocation, [location]: change(here) },
    version: level.version + 1,
    taken: { ...level.taken, [connectionId]: taken },
  };
}

function words(
  { sku, available }: StockLevel,
  location: string,
  {
    more,
    units,
    reserved,
    paid,
  }: { readonly more: number; readonly units: number; readonly reserved: boolean; readonly paid: boolean },
): string {
  const left = `${available} left`;
  if (paid) return `Books out ${units} × ${sku} at ${location} that were reserved (${left})`;
  if (more < 0) return `Puts back ${-more} × ${sku} at ${location} (${left})`;
  return `${reserved ? 'Reserves' : 'Books out'} ${more} × ${sku} at ${location} (${left})`;
}
