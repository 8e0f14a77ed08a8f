/**
 * Which SKU of the ledger each line of an order means, and which of its units the shop had taken before its stock was
 * first counted. Asked for every order: costs nothing where a shop's own SKUs are those of the ledger.
 */
import type { Db, Filter } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Order, OrderLine } from '../orders/order.ts';
import { type ListingDocument, listingIdOf } from '../sync/listing-document.ts';
import { type ImportDocument, importsOf } from './import-document.ts';

type Found = Pick<
  ListingDocument,
  '_id' | 'externalId' | 'ref' | 'sku' | 'matchedBy' | 'countedBy' | 'openedAt'
>;
const PROJECTION = { externalId: 1, 'ref.variantId': 1, sku: 1, matchedBy: 1, countedBy: 1, openedAt: 1 };

/** Listings of an order's lines. */
interface FoundListings {
  readonly byId: ReadonlyMap<string, Found>;
  readonly byVariant: ReadonlyMap<string, Found>;
}

interface Known {
  /** Orders whose units were taken before this moment may be in the counts that opened the ledger; null: no import, so none is. */
  readonly openedTo: number | null;
  /** Some listing of the connection does not stand for its own SKU. */
  readonly remapped: boolean;
  readonly untilMs: number;
}

/** What a person matches is known to every process after this time; lines that came meanwhile are booked again. */
const KNOWN_MS = 3_000;
/** Channels stamp whole seconds: within the second of the count a sale is booked, so that none is left out. */
const SECOND_MS = 1_000;

export class LineResolver {
  readonly #owner: { readonly db: Db; readonly clientId: ClientId };
  readonly #listings: ClientCollection<ListingDocument>;
  readonly #known = new Map<ConnectionId, Known>();

  constructor(db: Db, clientId: ClientId) {
    this.#owner = { db, clientId };
    this.#listings = new ClientCollection(db, 'listings', clientId);
  }

  async resolve(order: Order): Promise<Order> {
    const { remapped, openedTo } = await this.#about(order.connectionId);
    const isOld = openedTo !== null && takenMs(order) < openedTo;
    const isPlain = (line: OrderLine) => !remapped && line.sku !== null;
    if (!isOld && order.lines.every(isPlain)) return order;
    const found = await this.#listingsOf(order);
    const openedFor = isOld ? openedTo : null;
    return { ...order, lines: order.lines.map((line) => resolved(order, line, found, openedFor)) };
  }

  async #about(connectionId: ConnectionId): Promise<Known> {
    const now = Date.now();
    const known = this.#known.get(connectionId);
    if (known && known.untilMs > now) return known;
    // Two questions, since each has an index of its own.
    const [begun, byHand, counted] = await Promise.all([
      importsOf(this.#owner).findOne({ _id: connectionId }, { projection: { openedToAt: 1 } }),
      this.#isAny({ connectionId, matchedBy: { $in: ['barcode', 'person'] } }),
      this.#isAny({ connectionId, countedBy: { $gt: '' } }),
    ]);
    const fresh = { openedTo: openedToOf(begun), remapped: byHand || counted, untilMs: now + KNOWN_MS };
    this.#known.set(connectionId, fresh);
    return fresh;
  }

  async #isAny(filter: Filter<ListingDocument>): Promise<boolean> {
    return (await this.#listings.findOne(filter, { projection: { _id: 1 } })) !== null;
  }

  /** The listings of the lines, and those that count for them. */
  async #listingsOf({ connectionId, lines }: Order): Promise<FoundListings> {
    const [byId, byVariant] = [new Map<string, Found>(), new Map<string, Found>()];
    const read = async (filter: Filter<ListingDocument>) => {
      // Of several locations the first one's listing has the shortest name: the others follow what is said of it.
      const rows = this.#listings.find(filter, { projection: PROJECTION }).sort({ _id: 1 });
      for await (const row of rows) {
        byId.set(row.externalId, row);
        const { variantId } = row.ref;
        if (variantId !== undefined && !byVariant.has(variantId)) byVariant.set(variantId, row);
      }
    };
    const named = (externalIds: readonly string[]) => ({
      _id: { $in: [...new Set(externalIds)].map((id) => listingIdOf(connectionId, id)) },
    });
    const listings = lines.flatMap(({ listing }) => listing ?? []);
    const variants = lines.flatMap(({ listing, variant }) => (listing ? [] : (variant ?? [])));
    if (listings.length > 0) await read(named(listings));
    if (variants.length > 0) await read({ connectionId, 'ref.variantId': { $in: variants } });
    const counting = [...byId.values()].flatMap(({ countedBy }) => countedBy ?? []);
    if (counting.length > 0) await read(named(counting));
    return { byId, byVariant };
  }
}

function takenMs({ takenAt, placedAt }: Order): number {
  return (takenAt ?? placedAt).getTime();
}

/** While the first import runs, every order may be in what it has yet to count. */
function openedToOf(begun: Pick<ImportDocument, 'openedToAt'> | null): number | null {
  if (!begun) return null;
  return begun.openedToAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

function resolved(
  order: Order,
  line: OrderLine,
  { byId, byVariant }: FoundListings,
  openedTo: number | null,
): OrderLine {
  const own = line.listing ? byId.get(line.listing) : byVariant.get(line.variant ?? '');
  const counts = own?.countedBy ? byId.get(own.countedBy) : own;
  const remapped = counts !== own || counts?.matchedBy === 'barcode' || counts?.matchedBy === 'person';
  const sku = (remapped || line.sku === null ? counts?.sku : null) ?? line.sku;
  if (openedTo === null) return { ...line, sku };
  // A listing that is not there yet will be counted after the order, by an import that is still under way.
  const countedAtMs = counts?.openedAt?.getTime() ?? openedTo;
  const before = takenMs(order) < Math.floor(countedAtMs / SECOND_MS) * SECOND_MS;
  return { ...line, sku, ...(before && line.taken > 0 ? { takenBefore: line.taken } : {}) };
}
