/** Tells the client's endpoints what happened: one message in the outbox for each that wants to hear of it. */
import type { Db } from 'mongodb';
import type { ClientId, ConnectionId } from '../ids.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { type EndpointDocument, endpointsOf, type HappeningType } from './endpoint-document.ts';

export interface Happening {
  readonly type: HappeningType;
  /** Unique among the happenings of its type: told again by whoever repeats its work, it is sent once. */
  readonly key: string;
  /** For people: "Order #1001". No secrets, no customer's data. */
  readonly subject: string;
  /** What the receiver gets: no customer's data. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was changed about endpoints counts after this time at most, in every process. */
const KNOWN_MS = 5_000;

interface Known {
  readonly untilMs: number;
  readonly endpoints: Promise<readonly EndpointDocument[]>;
}
/** Stock and orders change all the time, endpoints hardly ever. */
const known = new WeakMap<Db, Map<ClientId, Known>>();

/** Whether anybody would hear of it. */
export async function isToldOf(db: Db, clientId: ClientId, type: HappeningType): Promise<boolean> {
  return (await listeners(db, clientId, type)).length > 0;
}

/** @returns whether something new is in the outbox. */
export async function tellEndpoints(db: Db, clientId: ClientId, happening: Happening): Promise<boolean> {
  const { type, key, subject, data } = happening;
  let told = false;
  for (const connectionId of await listeners(db, clientId, type)) {
    const made = await enqueue(db, clientId, {
      key: `told:${connectionId}:${type}:${key}`,
      effect: 'webhook',
      connectionId,
      subject,
      payload: { type, data },
      whenInDoubt: 'again',
    });
    told ||= made;
  }
  return told;
}

/** The receiver said that it wants no more (410): it is paused. @returns whether it was not before. */
export async function pauseDeclined(db: Db, clientId: ClientId, _id: ConnectionId): Promise<boolean> {
  const change = { $set: { paused: true, declinedAt: new Date() }, $inc: { revision: 1 } };
  const { modifiedCount } = await endpointsOf(db, clientId).updateOne({ _id, paused: false }, change);
  forgetEndpoints(db, clientId);
  return modifiedCount === 1;
}

/** What this process knows of the client's endpoints is looked up anew. */
export function forgetEndpoints(db: Db, clientId: ClientId): void {
  known.get(db)?.delete(clientId);
}

async function listeners(db: Db, clientId: ClientId, type: HappeningType): Promise<ConnectionId[]> {
  const endpoints = await endpointsKnown(db, clientId);
  return endpoints.flatMap(({ _id, events, paused }) => (!paused && events.includes(type) ? [_id] : []));
}

async function endpointsKnown(db: Db, clientId: ClientId): Promise<readonly EndpointDocument[]> {
  const ofDatabase = known.get(db) ?? new Map<ClientId, Known>();
  known.set(db, ofDatabase);
  const now = Date.now();
  const before = ofDatabase.get(clientId);
  if (before && before.untilMs > now) return await before.endpoints;
  const endpoints = endpointsOf(db, clientId).find({}).toArray();
  ofDatabase.set(clientId, { untilMs: now + KNOWN_MS, endpoints });
  // A look that failed is not what is known for five seconds.
  endpoints.catch(() => ofDatabase.delete(clientId));
  return await endpoints;
}
