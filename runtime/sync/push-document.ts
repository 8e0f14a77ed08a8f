/** A write of quantities to a channel, noted down before it is sent: after a crash we know what may have happened. */
import type { ClientId, ConnectionId } from '../ids.ts';
import type { QuantityChange } from './channel.ts';
import type { Difference } from './difference.ts';
import type { ListingDocument } from './listing-document.ts';

export interface PushItem extends QuantityChange {
  readonly listingId: string;
  readonly desired: number;
  /** What `pushed` becomes: `to`, plus the units that the channel sold and that we have not seen yet. */
  readonly pushed: number;
  /** What the channel showed otherwise than we could explain: looked at again after the settle time. */
  readonly difference: Difference | null;
  readonly version: number;
  readonly taken: number;
  readonly desiredAt: Date;
  /** How `desired` was decided: a push tells later why a channel showed what it showed. */
  readonly reasons: ListingDocument['reasons'];
  /** It goes to 0 for a while, though more is desired. */
  readonly zeroed?: boolean;
}

export interface PushDocument {
  /** A UUID: also the idempotency key, where the channel knows one. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly items: readonly PushItem[];
  readonly state: 'sent' | 'done';
  readonly sentAt: Date;
  readonly doneAt: Date | null;
  /** Channel's ids of the items that were not set: found stale or refused. Absent: all were set. */
  readonly notSet?: readonly string[];
}

export type PushListing = Pick<
  ListingDocument,
  | '_id'
  | 'sku'
  | 'externalId'
  | 'ref'
  | 'desired'
  | 'desiredVersion'
  | 'desiredAt'
  | 'taken'
  | 'pushed'
  | 'pushedTaken'
  | 'difference'
  | 'reasons'
  | 'raiseAt'
  | 'restsUntil'
>;
