/** Which of the shop's locations SyncFlow keeps in step. */
import { Rejected } from '#runtime/errors.ts';
import { type Location, shopLocations } from './operations/shop-operations.ts';
import type { Transport } from './transport.ts';

export interface ShopLocations {
  /** The one whose counts are read and written. */
  readonly kept: Location;
  readonly active: readonly Location[];
}

/**
 * The chosen location, else the primary one where it is active, else the first active one by name.
 * @throws {Rejected} when the shop has none, or the chosen one is no longer active.
 */
export async function readLocations(
  transport: Transport,
  chosen: string | undefined,
): Promise<ShopLocations> {
  const { location: primary, locations } = await transport(shopLocations);
  const active = locations.nodes.filter(({ isActive }) => isActive);
  if (active.length === 0) throw noneActive();
  const wanted = chosen ?? (primary?.isActive ? primary.id : active[0]?.id);
  const kept = active.find(({ id }) => id === wanted);
  if (kept) return { kept, active };
  throw new Rejected('The location that was chosen for this connection is not active in Shopify any more.', {
    code: 'far-side.refused',
    fix: `Activate it again in Shopify under Settings → Locations, or connect again and choose one of: ${active
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 200)}.`,
    action: 'connect-again',
  });
}

/** @throws {Rejected} when the shop has none. */
export async function activeLocations(transport: Transport): Promise<readonly Location[]> {
  const { locations } = await transport(shopLocations);
  const active = locations.nodes.filter(({ isActive }) => isActive);
  if (active.length === 0) throw noneActive();
  return active;
}

function noneActive(): Rejected {
  return new Rejected('The shop has no active location, so there is no stock to keep in step.', {
    code: 'far-side.refused',
    fix: 'Activate a location in Shopify under Settings → Locations, then look again.',
    action: 'look-again',
  });
}
