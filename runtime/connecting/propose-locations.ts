/** To which location of the ledger each location of a shop goes, as long as nobody says otherwise. Pure. */
import { LocationId } from '../ids.ts';
import type { RemoteLocation } from '../sync/channel.ts';

export interface ProposedLocation extends RemoteLocation {
  readonly location: LocationId;
}

const CHARACTERS_MAX = 64;

/**
 * One to one by name: "Lager Köln" goes to `lager-koln`, which is made where the client has none of that name. The shop's
 * first one goes to the client's own first one, where its stock has been so far.
 */
export function proposeLocations(
  shop: readonly RemoteLocation[],
  known: readonly LocationId[],
  primary: LocationId,
): ProposedLocation[] {
  const used = new Set<string>([primary]);
  return shop.map((remote) => {
    if (remote.first) return { ...remote, location: primary };
    const name = nameOf(remote);
    const same = known.find((location) => location.toLowerCase() === name && !used.has(location));
    const location = same ?? free(name, used);
    used.add(location);
    return { ...remote, location };
  });
}

function nameOf({ name, id }: RemoteLocation): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, CHARACTERS_MAX - 4);
  // A name in other letters than these leaves nothing: the shop's own number of it is as good.
  return plain || `location-${id.replace(/\D/g, '').slice(-12)}`;
}

function free(name: string, used: ReadonlySet<string>): LocationId {
  for (let number = 1; ; number += 1) {
    const wanted = number === 1 ? name : `${name}-${number}`;
    if (!used.has(wanted)) return LocationId.parse(wanted);
  }
}
