/**
 * The locations that SyncFlow keeps in step: one, whose listings show all that is there, or several that a person has
 * mapped to locations of the ledger. Then a product has a listing for each, and the location that was kept before there
 * were several keeps the names of its listings.
 */
import type { LocationId } from '#runtime/ids.ts';
import type { ChannelAccount, LocationLink, RemoteLocation } from '#runtime/sync/channel.ts';
import { numericId } from './gid.ts';
import { activeLocations, readLocations } from './locations.ts';
import type { ShopifySecret } from './secret.ts';
import type { Transport } from './transport.ts';

export interface KeptLocation {
  readonly id: string;
  /** Absent: it stands for all that is there. */
  readonly location?: LocationId;
  /** What the names of its listings end with. */
  readonly suffix: string;
}

type Chosen = Pick<ChannelAccount<ShopifySecret>, 'locations' | 'secret'>;

/** The mapped ones, whether they are active or not; empty: one is kept. */
export function mappedLocations(links: readonly LocationLink[] | undefined): KeptLocation[] {
  return (links ?? []).map(({ id, location }, index) => ({
    id,
    location,
    suffix: index === 0 ? '' : atLocation(id),
  }));
}

/** What the name of a listing ends with, at a location that is not the first of several. */
export function atLocation(id: string): string {
  return `@${numericId(id)}`;
}

/**
 * Those to read from and to write to. What is mapped and no longer active is left out: nothing is sold from there.
 * @throws {Rejected} when none is left.
 */
export async function keptLocations(
  transport: Transport,
  { locations, secret }: Chosen,
): Promise<KeptLocation[]> {
  const mapped = mappedLocations(locations);
  if (mapped.length === 0) {
    const { kept } = await readLocations(transport, secret.locationId);
    return [{ id: kept.id, suffix: '' }];
  }
  const active = new Set((await activeLocations(transport)).map(({ id }) => id));
  return mapped.filter(({ id }) => active.has(id));
}

/** Every active location of the shop. */
export async function shopLocations(transport: Transport, { secret }: Chosen): Promise<RemoteLocation[]> {
  const { kept, active } = await readLocations(transport, secret.locationId);
  return active.map(({ id, name }) => ({ id, name, first: id === kept.id }));
}
