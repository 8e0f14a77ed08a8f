/** Endpoints: addresses of the client's own programs that are told what happens, by signed webhooks. */
import type { Db } from 'mongodb';
import type { ConnectionDocument } from '../clients/connection-model.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

/** What an endpoint may be told of, and what it means. The names are API: receivers have code for them. */
export const HAPPENINGS = {
  'order.changed': 'An order came in, or changed in its shop',
  'stock.changed': 'Stock changed: by an order, by a flow, or by hand',
  'conflict.raised': 'A sale met too little stock',
  'alert.raised': 'An alert was raised',
} as const;
export type HappeningType = keyof typeof HAPPENINGS;
export const HAPPENING_TYPES = Object.keys(HAPPENINGS) as [HappeningType, ...HappeningType[]];

/** What an endpoint hears of. Its address and secret lie sealed in its connection, which has the same id. */
export interface EndpointDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  readonly events: readonly HappeningType[];
  /** Nothing new is sent to it; what flows and people send by name still is. */
  readonly paused: boolean;
  /** When the receiver said that it wants no more, and was paused for that; null or absent: it did not. */
  readonly declinedAt?: Date | null;
  /** Since when its secret is the one that it has. */
  readonly secretSince: Date;
  /** Grows by one at every change: whoever saw an older one can't overwrite a newer one. Absent: it was never changed. */
  readonly revision?: number;
}

/** What of an endpoint can be changed, besides what its connection holds. */
export type EndpointFields = Partial<
  Pick<EndpointDocument, 'events' | 'paused' | 'declinedAt' | 'secretSince'>
>;

/**
 * Takes the next revision of an endpoint, with these fields: from then on nobody else changes what they saw before.
 * @returns false when it was changed since the caller saw it: nothing was written.
 */
export async function changeEndpoint(
  db: Db,
  { _id, clientId, createdAt }: Pick<ConnectionDocument, '_id' | 'clientId' | 'createdAt'>,
  seenRevision: number,
  fields: EndpointFields,
): Promise<boolean> {
  const endpoints = endpointsOf(db, clientId);
  // A connection may be of before there were endpoints.
  await endpoints.insertIfAbsent({ _id, clientId, events: [], paused: false, secretSince: createdAt });
  const revision = seenRevision > 0 ? seenRevision : { $exists: false };
  const change = { $set: { ...fields, revision: seenRevision + 1 } };
  return (await endpoints.updateOne({ _id, revision }, change)).matchedCount === 1;
}

/** The endpoints of one client. */
export function endpointsOf(db: Db, clientId: ClientId): ClientCollection<EndpointDocument> {
  return new ClientCollection<EndpointDocument>(db, 'endpoints', clientId);
}
