/** What each channel shows of a SKU, what it shall show, and what we last wrote: one document for each listing. */
import type { ClientId, ConnectionId, LocationId, Sku } from '../ids.ts';
import type { ListingProblem, MatchedBy } from '../listings/match-listing.ts';
import type { DecisionReason } from '../sharing/decision.ts';
import type { Difference } from './difference.ts';

export interface ListingDocument {
  /** `<connection>/<the channel's own id>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
  readonly externalId: string;
  /** The channel's own ids; read by the channel's client only. */
  readonly ref: Readonly<Record<string, string>>;
  /** null: nobody has matched it to a SKU yet. */
  readonly sku: Sku | null;
  readonly title: string;
  // How it came to its SKU, and what is to be seen of it in the shop. Written by imports and by people; listings of
  // before the next import have none of it.
  readonly matchedBy?: MatchedBy | null;
  /** What a person should look at. */
  readonly problem?: ListingProblem | null;
  /** What stands in the shop as its SKU. */
  readonly ownSku?: string | null;
  /** In comparable form (listings/barcode.ts). */
  readonly barcode?: string | null;
  /** The shop goes on selling when nothing is left. */
  readonly oversell?: boolean;
  /** The listing of the same shop whose count this one shares; null: its own. */
  readonly countedBy?: string | null;
  /** The location whose count this is, of a shop that is kept in step at several; absent or null: all that is there. */
  readonly location?: LocationId | null;
  /** When its count was first read, at the earliest: what the shop sold before that is in the count. */
  readonly openedAt?: Date;
  /** The import that saw it last. */
  readonly seenRun?: number;
  /** false: the channel does not count it; nothing is ever pushed. */
  readonly tracked: boolean;
  /** The channel can't compare before it sets, so what it shows is read and compared after each sale and push. */
  readonly readBack: boolean;

  // What the flows want. Written by `publish` alone.
  readonly desired: number;
  /**
   * The stock version that `desired` and `taken` were made from. -1: no flow has said anything of it as it is now. 0 also: what
   * flows said is over, since it was not counted for a while; every level is news to it.
   */
  readonly desiredVersion: number;
  /** Units that the channel has taken from its own count since the SKU exists, at that version. */
  readonly taken: number;
  /** When the sale or change that led to it reached us: the start of the measured lag. */
  readonly desiredAt: Date;
  /** The revision of the sharing rules by which it was decided. */
  readonly rules: number;
  /** The product is a kit: its versions are sums of those of its components. */
  readonly kit: boolean;
  /** Units that the flow keeps back by its own setting: needed to decide again when the rules change. */
  readonly flowBuffer: number;
  /** How it was decided, where something stood between what is available and what is shown. */
  readonly reasons: readonly DecisionReason[] | null;
  /** Since when it waits to be raised; null: it does not. What lowers a number goes first, what raises it waits. */
  readonly raiseAt: Date | null;

  // What the channel has. Written by the pusher alone.
  /**
   * The channel shows `pushed - (taken - pushedTaken)`: what we wrote, less what it sold since. When sales were
   * on their way to us as we wrote, `pushed` stands for what we would have written had we not seen them.
   */
  readonly pushed: number;
  readonly pushedTaken: number;
  readonly pushedVersion: number;
  readonly pushedAt: Date;
  /** It was taken to 0 in a rush: not raised before the orders that were on their way then have come in. */
  readonly restsUntil?: Date | null;

  /** Something may have to be written. */
  readonly dirty: boolean;
  /** Not to be pushed before this moment: a difference is watched, or the channel refused. */
  readonly notBefore: Date | null;
  /** When what the channel shows must be read and compared. */
  readonly checkAt: Date | null;
  /** A count that the channel told by webhook and that differs from what we expect; compared again when it is due. */
  readonly heard?: { readonly quantity: number | null; readonly dueAt: Date } | null;
  /** What the channel shows otherwise than we can explain. */
  readonly difference: Difference | null;
  /** A count of the shop's staff that is about to be booked in the ledger: finished after a crash, before anything else. */
  readonly adopting: { readonly since: Date; readonly expected: number; readonly shown: number } | null;
  readonly refusal: { readonly reason: string; readonly fix: string; readonly at: Date } | null;
}

/** What the channel must show now by all we know. */
export function expectedOf({
  pushed,
  pushedTaken,
  taken,
}: Pick<ListingDocument, 'pushed' | 'pushedTaken' | 'taken'>): number {
  return pushed - (taken - pushedTaken);
}

/** A flow has said what it shall show: until then nothing is written to it. */
export function isPublished({
  sku,
  desiredVersion,
}: Pick<ListingDocument, 'sku' | 'desiredVersion'>): boolean {
  return sku !== null && desiredVersion >= 0;
}

export function listingIdOf(connectionId: ConnectionId, externalId: string): string {
  return `${connectionId}/${externalId}`;
}
