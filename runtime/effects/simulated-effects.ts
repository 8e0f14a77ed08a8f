/**
 * Effects that happen nowhere: what a flow would do is written down, and the stock and the orders that it would leave
 * stand in a state of the simulation's own. It reads through `KnownWorld` alone, which has nothing to write with.
 */
import { randomUUID } from 'node:crypto';
import { Rejected } from '../errors.ts';
import { type IncomingEvent, NO_FLOWS } from '../events/event.ts';
import { orderIdOf, type PipelineId, type Sku } from '../ids.ts';
import { withKits } from '../kits/with-kits.ts';
import type { Listing } from '../listings/listing.ts';
import { isOlder } from '../orders/capture-order.ts';
import type { Order } from '../orders/order.ts';
import { momentsSince } from '../orders/order-moments.ts';
import { type StockChanged, stockChangedBody } from '../stock/stock-changed.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { KnownWorld } from './known-world.ts';
import type { AlertRequest, Effects, StockTarget } from './node-context.ts';
import { bookSimulated } from './simulated-booking.ts';
import { type SimulatedEffect, simulated } from './simulated-effect.ts';
import { simulatedLater } from './simulated-later.ts';
import type { SimulatedState } from './simulated-state.ts';

export interface Simulation {
  readonly pipelineId: PipelineId;
  readonly world: KnownWorld;
  readonly state: SimulatedState;
  readonly note: (effect: SimulatedEffect) => void;
  /** The flow would wake others, or itself: what comes of a changed stock. */
  readonly emit: (event: IncomingEvent) => void;
}

const HOUR_MS = 3_600_000;

/** Effects for one execution of the simulation. */
export function simulatedEffects(simulation: Simulation, event: IncomingEvent): Effects {
  const { world, state, note, emit } = simulation;
  function tell(changed: StockChanged): void {
    emit({
      id: randomUUID(),
      source: 'syncflow',
      topic: 'stock.changed',
      body: stockChangedBody(changed),
      receivedAt: event.receivedAt,
      failures: 0,
      flows: NO_FLOWS,
    });
  }

  return {
    readOrder: async (from) => await world.readOrder(from),
    momentsOf: async (order) => {
      const known = world.momentsOf(event);
      if (known) return known;
      const before = state.order(orderIdOf(order.connectionId, order.externalId));
      return momentsSince(before?.order ?? null, order);
    },
    readListingsChanged: async (from) => await world.readListingsChanged(from),
    readStockChanged: async (from) => world.readStockChanged(from),
    // What is tried happens when it was told.
    levelNow: async (level) => level,
    soldUnheard: async () => 0,
    captureOrder: async (order) => {
      const orderId = orderIdOf(order.connectionId, order.externalId);
      const before = state.order(orderId);
      if (!before || !isOlder(order, before.order)) {
        state.setOrder(orderId, { order, booked: before?.booked ?? new Map() });
        if (!before || isOther(before.order, order))
          note(simulated('keep', `Keeps order ${order.number} (${order.status})`));
      }
      return { ...order, orderId };
    },
    bookOrder: async (orderId) => {
      const kept = state.order(orderId);
      if (!kept) {
        throw new Rejected(`order ${orderId} is not in the list of orders`, {
          code: 'order.unknown',
          fix: 'Put the node "Capture order" before "Commit stock".',
        });
      }
      const booked = await bookSimulated(world, state, orderId, kept, note);
      if (booked.levels.length > 0) tell({ by: 'order', levels: [...booked.levels] });
      return booked;
    },
    setStock: async (target) => await setSimulated(state, target, note, tell),
    findOrder: async (connectionId, idOrNumber) => await world.findOrder(connectionId, idOrNumber),
    findListings: async ({ sku, connectionId }) => await world.listings(sku, connectionId),
    publish: async (levels, { buffer }) => {
      const all = await withKits({ levels: (skus) => state.levels(skus) }, world.kits, levels);
      for (const { level } of all)
        for (const shown of await shownOf(world, level, buffer)) note(simulated('show', shown));
    },
    raiseAlert: async (request) => {
      const told = state.toldAt(request.title);
      const quietMs = request.quietHours * HOUR_MS;
      if (told && event.receivedAt.getTime() - told.getTime() < quietMs) return;
      state.told(request.title, event.receivedAt);
      note(simulated('alert', alertText(request, world)));
    },
    read: async ({ connectionId, path }) => {
      throw new Rejected(
        `A trial asks no API, and ${world.nameOf(connectionId)} was to be asked for ${path}.`,
        { fix: 'Try the flow up to the node before it.' },
      );
    },
    later: simulatedLater(simulation, event),
    send: async ({ subject, connectionId, payload }) =>
      note(simulated('send', `${world.nameOf(connectionId)}: ${subject} ${JSON.stringify(payload)}`)),
  };
}

function isOther(before: Order, now: Order): boolean {
  return before.status !== now.status || before.updatedAt.getTime() !== now.updatedAt.getTime();
}

function alertText({ level, title, text, webhook }: AlertRequest, world: KnownWorld): string {
  return `${level}: ${title}. ${text}${webhook ? ` Also to ${world.nameOf(webhook)}.` : ''}`;
}

async function setSimulated(
  state: SimulatedState,
  { sku, location, quantity }: StockTarget,
  note: Simulation['note'],
  tell: (changed: StockChanged) => void,
): Promise<StockLevel> {
  const level = (await state.levels([sku])).get(sku);
  if (!level) {
    throw new Rejected(`There is no stock of the SKU "${sku}".`, {
      code: 'item.shape',
      fix: 'Check how the SKU is written, or connect the shop that sells it first.',
    });
  }
  const here = level.byLocation[location] ?? { onHand: 0, reserved: 0, available: 0 };
  const more = quantity - here.onHand;
  const next: StockLevel = {
    ...level,
    onHand: level.onHand + more,
    available: level.available + more,
    byLocation: {
      ...level.byLocation,
      [location]: { ...here, onHand: quantity, available: here.available + more },
    },
    version: level.version + 1,
  };
  state.setLevel(next);
  note(simulated('set', `Sets ${sku} to ${quantity} at ${location} (it was ${here.onHand})`));
  if (more !== 0) tell({ by: 'flow', levels: [next] });
  return next;
}

/** One line for each channel that lists it; where it does so twice, for each of the two. */
async function shownOf(world: KnownWorld, level: StockLevel, flowBuffer: number): Promise<string[]> {
  const listings = (await world.listings(level.sku, null)).filter(({ tracked }) => tracked);
  const byName = [...listings].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
  const seen = new Set<string>();
  return byName.map(({ connectionId }) => {
    const shownByAnother = seen.has(connectionId);
    seen.add(connectionId);
    const units = world.shows({ level, connectionId, flowBuffer, shownByAnother });
    return `Shows ${units} × ${level.sku as Sku} in ${world.nameOf(connectionId)}`;
  });
}

const nameIn = ({ connectionId, externalId }: Listing): string => `${connectionId}/${externalId}`;
