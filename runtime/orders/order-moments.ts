/**
 * What happened to an order by an event: created, changed, paid, cancelled, refunded. Channels tell states, in any order
 * and several times; moments are what lies between the states that were seen. Each is told to the flows by one event.
 */
import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { type ClientId, type OrderId, orderIdOf } from '../ids.ts';
import type { Order } from './order.ts';
import { PROGRESS } from './order-progress.ts';

/**
 * `created`: it was seen for the first time. `paid`: all of its money has come in. `refunded`: money went back, once more
 * than before. `changed`: anything about it is other than before, whatever else it is.
 */
export type OrderMoment = 'created' | 'changed' | 'paid' | 'cancelled' | 'refunded';

interface Seen {
  /** Of the newest snapshot that was seen. */
  readonly updatedAt: Date;
  readonly digest: string;
  readonly paid: boolean;
  readonly cancelled: boolean;
  readonly refunds: number;
  /** How far its status is on its way; absent: what was seen before this was noted. */
  readonly progress?: number;
}

interface MomentsDocument extends Seen {
  readonly _id: OrderId;
  readonly clientId: ClientId;
  /** What the newest events were told, so that a retry is told the same. */
  readonly told: readonly { readonly event: string; readonly moments: readonly OrderMoment[] }[];
  readonly revision: number;
}

/** Retries come long before an order has had so many further events. */
const TOLD_MAX = 20;
/** Two events of one order never run at one moment, but two flows of one event do. */
const ATTEMPTS_MAX = 20;

/**
 * @param event id of the event that brought the snapshot: asked again, the answer is the same.
 * @returns nothing for a snapshot that is older than one that was seen.
 */
export async function orderMoments(
  db: Db,
  clientId: ClientId,
  order: Order,
  event: string,
): Promise<readonly OrderMoment[]> {
  const documents = new ClientCollection<MomentsDocument>(db, 'orderMoments', clientId);
  const _id = orderIdOf(order.connectionId, order.externalId);
  const now = seenIn(order);
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    const kept = await documents.findOne({ _id });
    const before = kept?.told.find((one) => one.event === event);
    if (before) return before.moments;
    const moments = kept ? momentsBetween(kept, now) : firstMoments(now);
    const told = [...(kept?.told ?? []), { event, moments }].slice(-TOLD_MAX);
    if (!kept) {
      if (await documents.insertIfAbsent({ _id, clientId, ...now, told, revision: 1 })) return moments;
      continue;
    }
    const newest = isOlder(now, kept) ? {} : withSameSecond(now, kept);
    const written = await documents.updateOne(
      { _id, revision: kept.revision },
      { $set: { ...newest, told }, $inc: { revision: 1 } },
    );
    if (written.modifiedCount === 1) return moments;
  }
  throw new Error(`order ${_id} found no turn to be looked at in ${ATTEMPTS_MAX} attempts`);
}

/** What lies between two snapshots of an order, for simulations; null before: it was never seen. */
export function momentsSince(before: Order | null, now: Order): readonly OrderMoment[] {
  return before ? momentsBetween(seenIn(before), seenIn(now)) : firstMoments(seenIn(now));
}

/** What events were told of these orders, by the event's id, as far as that is still known. Changes nothing. */
export async function toldMoments(
  db: Db,
  clientId: ClientId,
  orders: readonly OrderId[],
): Promise<Map<string, readonly OrderMoment[]>> {
  const documents = new ClientCollection<MomentsDocument>(db, 'orderMoments', clientId);
  const found = await documents.find({ _id: { $in: [...orders] } }, { projection: { told: 1 } }).toArray();
  return new Map(found.flatMap(({ told }) => told.map(({ event, moments }) => [event, moments] as const)));
}

/** When its units were taken is no news of an order: where it moves, `paid` does. */
function seenIn({ updatedAt, takenAt: _quiet, paid, refunds, ...order }: Order): Required<Seen> {
  const shown = JSON.stringify({ ...order, paid, refunds });
  return {
    updatedAt,
    digest: createHash('sha256').update(shown).digest('base64'),
    paid: paid ?? false,
    cancelled: order.status === 'cancelled',
    // A channel that does not count them says at least that all was given back.
    refunds: refunds ?? (order.status === 'refunded' ? 1 : 0),
    progress: PROGRESS[order.status],
  };
}

function firstMoments({ paid, cancelled, refunds }: Seen): OrderMoment[] {
  return [
    'created',
    ...(paid ? (['paid'] as const) : []),
    ...(cancelled ? (['cancelled'] as const) : []),
    ...(refunds > 0 ? (['refunded'] as const) : []),
  ];
}

function momentsBetween(before: Seen, now: Seen): OrderMoment[] {
  if (isOlder(now, before) || now.digest === before.digest) return [];
  return [
    'changed',
    ...(now.paid && !before.paid ? (['paid'] as const) : []),
    ...(now.cancelled && !before.cancelled ? (['cancelled'] as const) : []),
    ...(now.refunds > before.refunds ? (['refunded'] as const) : []),
  ];
}

/**
 * Channels stamp whole seconds, and their events overtake each other: of two snapshots with one stamp the one that lacks
 * something of the other, and has nothing before it, is the older one.
 */
function isOlder(one: Seen, other: Seen): boolean {
  if (!isSameSecond(one, other)) return one.updatedAt < other.updatedAt;
  return isBehind(one, other) && !isBehind(other, one);
}

/** Less paid, less cancelled, less often refunded or less far on its way. */
function isBehind(one: Seen, other: Seen): boolean {
  return (
    Number(one.paid) < Number(other.paid) ||
    Number(one.cancelled) < Number(other.cancelled) ||
    one.refunds < other.refunds ||
    (one.progress ?? 0) < (other.progress ?? 0)
  );
}

/** What a snapshot of the same stamp had and this one lacks has been told: it is not told again. */
function withSameSecond(now: Required<Seen>, kept: Seen): Seen {
  if (!isSameSecond(now, kept)) return now;
  return {
    ...now,
    paid: now.paid || kept.paid,
    cancelled: now.cancelled || kept.cancelled,
    refunds: Math.max(now.refunds, kept.refunds),
    progress: Math.max(now.progress, kept.progress ?? 0),
  };
}

function isSameSecond(one: Seen, other: Seen): boolean {
  return one.updatedAt.getTime() === other.updatedAt.getTime();
}
