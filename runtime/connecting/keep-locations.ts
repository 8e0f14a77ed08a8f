/** At which of its locations a shop is kept in step, as a person chose. */
import { type ConnectionDocument, saveConnection } from '../clients/connection-model.ts';
import type { Database } from '../database/open-database.ts';
import type { LocationId } from '../ids.ts';
import { importAnew } from '../listings/import-document.ts';
import type { LocationLink, RemoteLocation } from '../sync/channel.ts';

export type LocationsKept =
  | { readonly outcome: 'kept'; readonly locations: readonly LocationLink[] }
  /** The shop has no such location, or it is not active. */
  | { readonly outcome: 'unknown'; readonly id: string }
  /** A location stands twice. */
  | { readonly outcome: 'twice'; readonly location: string }
  /** The one that was kept so far has to stay, with the stock that it opened. */
  | { readonly outcome: 'first-missing'; readonly name: string; readonly location: LocationId };

/**
 * Keeps the choice, and has the shop's products read anew by it. None, or the first one alone: the shop is kept at one
 * location again, which shows all that is there.
 */
export async function keepLocations(
  database: Database,
  connection: ConnectionDocument,
  shop: readonly RemoteLocation[],
  chosen: readonly LocationLink[],
  primary: LocationId,
): Promise<LocationsKept> {
  const unknown = chosen.find(({ id }) => !shop.some((one) => one.id === id));
  if (unknown) return { outcome: 'unknown', id: unknown.id };
  const twice = chosen.find(({ id, location }, index) =>
    chosen.slice(0, index).some((other) => other.id === id || other.location === location),
  );
  if (twice) return { outcome: 'twice', location: twice.location };
  const first = shop.find((one) => one.first);
  const kept = chosen.find(({ id }) => id === first?.id);
  if (first && chosen.length > 0 && kept?.location !== primary)
    return { outcome: 'first-missing', name: first.name, location: primary };
  const { locations: _before, ...rest } = connection;
  const others = chosen.filter((link) => link !== kept);
  const locations = kept && others.length > 0 ? [kept, ...others] : [];
  await saveConnection(database.models, locations.length > 0 ? { ...rest, locations } : rest);
  await importAnew({ db: database.db, clientId: connection.clientId, connectionId: connection._id });
  return { outcome: 'kept', locations };
}
