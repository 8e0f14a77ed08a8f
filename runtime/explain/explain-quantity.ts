/** "Why is this 7?": everything that stands between the units on the shelf and the number on a channel. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, Sku } from '../ids.ts';
import type { Kit } from '../kits/kit.ts';
import { kitLevel } from '../kits/kit-level.ts';
import { type DecisionReason, decide, quotaOf } from '../sharing/decision.ts';
import { type SharingDocument, sharingRulesAt } from '../sharing/rules-store.ts';
import { ruleFor } from '../sharing/sharing-rule.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { takenBy } from '../stock/taken.ts';
import { expectedOf, type ListingDocument } from '../sync/listing-document.ts';
import { type Run, runsOf } from './runs-of.ts';
import { type ShownAt, shownAt } from './shown-at.ts';
import { type PastMovement, type StockAt, stockAt } from './stock-at.ts';

export interface QuantityExplanation {
  readonly listing: Pick<ListingDocument, '_id' | 'connectionId' | 'sku' | 'title' | 'externalId'>;
  readonly at: Date;
  /** What the channel shows by all we know; null: nothing is known of that time. */
  readonly shows: number | null;
  /** What it should show, and the steps from what is available to it. */
  readonly desired: number;
  readonly reasons: readonly DecisionReason[];
  readonly stock: Pick<StockLevel, 'onHand' | 'available' | 'version'> & { readonly reserved: number };
  /** Of a kit: what it is made of, and what was available of that. null: it is no kit. */
  readonly components:
    | readonly { readonly sku: Sku; readonly units: number; readonly available: number }[]
    | null;
  readonly push: ShownAt['push'];
  readonly inFlight: ShownAt['inFlight'];
  readonly soldSince: number;
  /** Why the two differ at this moment; null for a past one, and where they do not. */
  readonly waits: 'queued' | 'raise' | 'difference' | 'refused' | null;
  readonly difference: ListingDocument['difference'];
  readonly refusal: ListingDocument['refusal'];
  readonly rules: Pick<SharingDocument, 'revision' | 'since' | 'by'>;
  /** Newest first. */
  readonly movements: readonly (PastMovement & { readonly runs: readonly Run[] })[];
}

/** The runs of the newest movements are looked for; of older ones the order says enough. */
const WITH_RUNS_MAX = 4;

/**
 * Explains a listing now, or at a past moment.
 * @returns null when the client has no such listing, it has no SKU in the ledger, or the moment lies too far back or
 * before we knew the product.
 */
export async function explainQuantity(
  db: Db,
  clientId: ClientId,
  listingId: string,
  past: Date | null,
): Promise<QuantityExplanation | null> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const listing = await listings.findOne({ _id: listingId });
  if (!listing?.sku) return null;
  const at = past ?? new Date();
  const own = await stockAt(db, clientId, listing.sku, at);
  // Before its first movement we knew nothing of the product.
  if (!own || (past && own.level.version === 0)) return null;
  const rules = await sharingRulesAt(db, clientId, at);
  const kit = rules.kits.find(({ sku }) => sku === listing.sku);
  const stock = kit ? await kitAt(db, clientId, kit, own, at) : { ...own, components: null };
  const shown = await shownAt(db, listing, at, takenBy(stock.level, listing.connectionId, listing.location));
  const decision = past
    ? decidedThen(listing, stock, rules, shown)
    : { shows: listing.desired, reasons: listing.reasons ?? plainReasons(stock) };
  const { onHand, available, version } = stock.level;
  const { _id, connectionId, sku, title, externalId } = listing;
  return {
    listing: { _id, connectionId, sku, title, externalId },
    at,
    shows: past ? shown.shows : expectedOf(listing) - (listing.difference?.by ?? 0),
    desired: decision.shows,
    reasons: decision.reasons,
    stock: { onHand, available, version, reserved: stock.reserved },
    components: stock.components,
    push: shown.push,
    inFlight: shown.inFlight,
    soldSince: shown.soldSince,
    waits: past ? null : waitsOf(listing),
    difference: past ? null : listing.difference,
    refusal: past ? null : listing.refusal,
    rules: { revision: rules.revision, since: rules.since, by: rules.by },
    movements: await Promise.all(
      stock.movements.map(async (movement, index) => ({
        ...movement,
        runs:
          index < WITH_RUNS_MAX && movement.cause.orderId
            ? await runsOf(db, clientId, { at: movement.at, orderId: movement.cause.orderId })
            : [],
      })),
    ),
  };
}

/** A kit holds nothing itself: its level is that of its components at that moment. */
async function kitAt(db: Db, clientId: ClientId, kit: Kit, own: StockAt, at: Date) {
  const levels = new Map<Sku, StockLevel>();
  for (const { sku } of kit.components) {
    const component = await stockAt(db, clientId, sku, at);
    if (component) levels.set(sku, component.level);
  }
  const components = kit.components.map(({ sku, units }) => {
    const available = levels.get(sku)?.available ?? 0;
    return { sku, units, available };
  });
  return { ...own, level: kitLevel(kit, own.level, levels), reserved: 0, components };
}

function plainReasons({ level }: StockAt): readonly DecisionReason[] {
  return [{ kind: 'available', units: level.available }];
}

/** Decided again from the stock and the rules of then; what was measured then stands with the push. */
function decidedThen(listing: ListingDocument, { level }: StockAt, rules: SharingDocument, shown: ShownAt) {
  const exception = rules.exceptions.find(({ sku }) => sku === level.sku)?.rule;
  const measured = shown.reasons?.find((reason) => reason.kind === 'computed-buffer');
  const takingBack = shown.reasons?.find((reason) => reason.kind === 'taking-back');
  const ofFlow = shown.reasons?.find((reason) => reason.kind === 'flow-buffer');
  // What lay at each location then is not known any more: the push says it, or what holds now where there was none.
  const said = shown.reasons ?? (listing.location ? listing.reasons : null);
  const there = said?.find((reason) => reason.kind === 'at-location');
  const atAll = there && said?.find((reason) => reason.kind === 'available');
  const whole = decide({
    rule: ruleFor(rules, exception),
    connectionId: listing.connectionId,
    available: atAll?.units ?? level.available,
    flowBuffer: ofFlow?.units ?? (shown.push && !shown.reasons ? 0 : listing.flowBuffer),
    computed: measured ?? null,
    quota: quotaOf(level, listing.connectionId),
    takingBack: takingBack?.units ?? null,
    shownByAnother: shown.reasons?.some(({ kind }) => kind === 'shown-by-another') ?? false,
  });
  if (!there) return whole;
  return { shows: Math.min(whole.shows, there.units), reasons: [...whole.reasons, there] };
}

function waitsOf(listing: ListingDocument): QuantityExplanation['waits'] {
  if (listing.refusal) return 'refused';
  if (listing.difference) return 'difference';
  if (!listing.dirty) return null;
  return listing.raiseAt ? 'raise' : 'queued';
}
