/** How the units of a product are split over its channels in quota mode, and when parts are moved: pure. */
import type { ConnectionId } from '../ids.ts';
import type { Quotas } from '../stock/quotas.ts';

export interface Part {
  readonly connectionId: ConnectionId;
  /** Units a second that the channel sells; 0 where nothing was measured. */
  readonly perSecond: number;
  /** The most that it may show. */
  readonly cap: number;
}

/** A channel that sold nothing yet still gets something: its share is not below this part of an even one. */
const QUIET_SHARE = 0.25;
/** A part is refilled from others when it has run down below this share of what it should be. */
const RUN_DOWN = 0.5;

/**
 * The parts as they should be: by measured sales, evenly where nothing was measured, bounded by the caps. Whole units,
 * by largest remainder; what a cap refuses goes to the others, and what nobody may take stays in no part.
 */
export function splitUnits(units: number, parts: readonly Part[]): Record<string, number> {
  const given = new Map<string, number>(parts.map(({ connectionId }) => [connectionId, 0]));
  let left = Math.max(0, units);
  let open = parts.filter(({ cap }) => cap > 0);
  while (left > 0 && open.length > 0) {
    const weights = weightsOf(open);
    const wanted = open.map((part, index) => {
      const exactly = left * (weights[index] ?? 0);
      return { part, whole: Math.floor(exactly), rest: exactly - Math.floor(exactly) };
    });
    let over = left - wanted.reduce((sum, { whole }) => sum + whole, 0);
    for (const one of wanted.toSorted((a, b) => b.rest - a.rest)) {
      if (over === 0) break;
      one.whole += 1;
      over -= 1;
    }
    for (const { part, whole } of wanted) {
      const before = given.get(part.connectionId) ?? 0;
      const now = Math.min(part.cap, before + whole);
      given.set(part.connectionId, now);
      left -= now - before;
    }
    open = open.filter(({ connectionId, cap }) => (given.get(connectionId) ?? 0) < cap);
  }
  return Object.fromEntries(given);
}

function weightsOf(parts: readonly Part[]): number[] {
  const total = parts.reduce((sum, { perSecond }) => sum + perSecond, 0);
  if (total === 0) return parts.map(() => 1 / parts.length);
  const least = QUIET_SHARE / parts.length;
  const shares = parts.map(({ perSecond }) => Math.max(least, perSecond / total));
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

/** What has to happen to the parts, if anything. */
export interface Moves {
  /** Given at once: units that are in no part. */
  readonly give: Quotas;
  /** To be taken back first: what these channels shall show until it is certain that they do. */
  readonly takeBack: Quotas;
}

/**
 * What is in no part is given to those that have least of what they should have. A part is taken back from only when
 * another one has run down, and never more than what it has beyond its own.
 * @param units what may be given out in all: available less the buffer.
 */
export function movesOf(units: number, now: Quotas, parts: readonly Part[]): Moves {
  const wanted = splitUnits(units, parts);
  const free = Math.max(0, units - Object.values(now).reduce((sum, part) => sum + part, 0));
  const give: Record<string, number> = {};
  let left = free;
  const lacks = parts
    .map(({ connectionId }) => ({
      connectionId,
      has: now[connectionId] ?? 0,
      lack: (wanted[connectionId] ?? 0) - (now[connectionId] ?? 0),
    }))
    .filter(({ lack }) => lack > 0)
    .sort((a, b) => a.has - b.has || b.lack - a.lack);
  for (const { connectionId, has, lack } of lacks) {
    const more = Math.min(left, lack);
    if (more === 0) break;
    give[connectionId] = has + more;
    left -= more;
  }
  const runDown = lacks.some(({ connectionId, lack }) => {
    const should = wanted[connectionId] ?? 0;
    return (give[connectionId] ?? should - lack) < should * RUN_DOWN;
  });
  const takeBack: Record<string, number> = {};
  // What exceeds all that may be given out (a larger buffer, a lower cap) is taken back whether or not anybody lacks.
  const inParts = Object.values(now).reduce((sum, part) => sum + part, 0);
  for (const [connectionId, has] of Object.entries(now)) {
    const should = wanted[connectionId] ?? 0;
    if (has > should && (runDown || inParts > units || !(connectionId in wanted)))
      takeBack[connectionId] = should;
  }
  return { give, takeBack };
}
