/**
 * What channels took from their own counts. It is summed up by connection, and for those that are kept in step at several
 * locations by connection and location beside it: `con-1` and `con-1@berlin`.
 */
import type { ConnectionId, LocationId } from '../ids.ts';
import type { ChannelTake } from './stock-document.ts';

type Taken = Readonly<Record<string, number>>;

/** Ids hold no `@`, so no connection is called so. */
const atShelf = (connectionId: string, shelf: LocationId) => `${connectionId}@${shelf}`;

/** The sums that an entry of the history changes, and by how many units. */
export function takenChange({ connectionId, taken, shelf }: ChannelTake): Taken {
  return { [connectionId]: taken, ...(shelf !== undefined && { [atShelf(connectionId, shelf)]: taken }) };
}

/** Units that a channel took; with a location: of its count there. */
export function takenBy(
  { taken }: { readonly taken: Taken },
  connectionId: ConnectionId,
  location?: LocationId | null,
): number {
  return taken[location ? atShelf(connectionId, location) : connectionId] ?? 0;
}

/** The sums by connection alone. */
export function takenByConnection(taken: Taken): [connectionId: string, units: number][] {
  return Object.entries(taken).filter(([name]) => !name.includes('@'));
}
