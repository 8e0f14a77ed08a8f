/** Endpoints: addresses of the client's own programs that are told what happens, by signed webhooks. */
import type { Db } from 'mongodb';
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
}

/** The endpoints of one client. */
export function endpointsOf(db: Db, clientId: ClientId): ClientCollection<EndpointDocument> {
  return new ClientCollection<EndpointDocument>(db, 'endpoints', clientId);
}
