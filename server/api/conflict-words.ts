/** Conflicts in plain words: what happened, how it stands, and what each choice will do. */
import type { LocationId } from '#runtime/ids.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { ChannelCancels } from '#runtime/orders/policy/conflict-strategy.ts';
import type { ConflictChoiceView } from './views.ts';

const SECOND_MS = 1_000;
const MOMENTS_MS_MAX = 60 * SECOND_MS;

export const unitsOf = (count: number) => `${count} ${count === 1 ? 'unit' : 'units'}`;

/** What happened. */
export function sentenceOf(conflict: ConflictDocument, shop: string, winnerShop: string): string {
  const { at, wanted, availableThen, beyondPart, orderNumber, winner, handedOver } = conflict;
  if (winner && handedOver) {
    return `Order ${winner.orderNumber} (${winnerShop}) was placed before order ${orderNumber} (${shop}) and came in after it, so ${wanted === 1 ? 'the last unit went' : `${wanted} units went`} to the earlier sale.`;
  }
  if (beyondPart) {
    return `Order ${orderNumber} (${shop}) wanted ${wanted}, which is more than was left of the part of ${shop}. What else there is belongs to the other channels.`;
  }
  const left =
    availableThen === 0
      ? 'none was left'
      : `only ${availableThen} ${availableThen === 1 ? 'was' : 'were'} left`;
  const wants = `Order ${orderNumber} (${shop}) wanted ${wanted}, and ${left}.`;
  if (!winner) return wants;
  const ahead = aheadWords(at.getTime() - winner.at.getTime());
  return `Order ${winner.orderNumber} (${winnerShop}) was booked ${ahead} and took the last units. ${wants}`;
}

function aheadWords(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(1, ms)} ms earlier`;
  return ms < MOMENTS_MS_MAX ? `${(ms / SECOND_MS).toFixed(1)} s earlier` : 'earlier';
}

/** How it stands now. */
export function outcomeOf({ state, because, decision, units }: ConflictDocument, shop: string): string {
  const from = decision?.choice.choice === 'ship' ? decision.choice.from : null;
  switch (state) {
    case 'open':
      return because ? `It is held for you: ${because}.` : 'It is held until you decide.';
    case 'cancelling':
      return decision?.choice.choice === 'cancel' && decision.choice.scope === 'line'
        ? `${shop} was asked to refund ${unitsOf(units)} of it. It is settled when ${shop} says that this is done.`
        : `${shop} was asked to cancel the order. It is settled when ${shop} says that this is done.`;
    case 'shipped':
      return from ? `It ships from ${from}.` : 'It ships: the goods were there after all.';
    case 'backordered':
      return 'It was accepted as a backorder, and gets the next goods that come in.';
    case 'filled':
      return 'It was accepted as a backorder, and has got its goods since.';
    case 'ignored':
      return 'It was left as it is, to be dealt with outside of SyncFlow.';
    case 'cancelled':
      return `${shop} has cancelled it.`;
    case 'withdrawn':
      return `It was cancelled or refunded in ${shop}, so nothing is left to decide.`;
    case 'first':
      return 'Its sale was the earlier one, so it got the units.';
  }
}

/** Who decided, for people. */
export function decidedBy(by: string): string {
  const [kind, , ...name] = by.split(':');
  if (kind === 'policy') return 'your policy';
  return name.length === 0 ? 'a person' : name.join(':');
}

export interface ChoicesOf {
  readonly units: number;
  /** Units that could be taken now, by location. */
  readonly available: ReadonlyMap<LocationId, number>;
  readonly shop: string;
  readonly cancels: ChannelCancels;
  /** Something else of the order can be shipped. */
  readonly restCanShip: boolean;
  /** The order is paid. */
  readonly paid: boolean;
}

/** What a person can choose about an open conflict now. */
export function choicesOf(of: ChoicesOf): ConflictChoiceView[] {
  const { units, available } = of;
  const ships = [...available]
    .filter(([, there]) => there >= units)
    .map(
      ([location, there]): ConflictChoiceView => ({
        id: `ship:${location}`,
        send: { choice: 'ship', from: location },
        title: `Ship from ${location}`,
        effect: `Takes ${unitsOf(units)} from ${location}, where ${there} ${there === 1 ? 'is' : 'are'} now. The other channels show ${units} less.`,
        final: false,
      }),
    );
  return [...ships, backorder(of), ...cancellations(of), ignore(of)];
}

function backorder({ units, shop }: ChoicesOf): ConflictChoiceView {
  return {
    id: 'backorder',
    send: { choice: 'backorder' },
    title: 'Backorder',
    effect: `Accepts the line. ${units === 1 ? 'The next unit that comes in goes' : `The next ${units} units that come in go`} to it, after older backorders. Tell the customer in ${shop} that it takes longer.`,
    final: false,
  };
}

function cancellations({ units, shop, cancels, restCanShip, paid }: ChoicesOf): ConflictChoiceView[] {
  const line: ConflictChoiceView = {
    id: 'cancel:line',
    send: { choice: 'cancel', scope: 'line' },
    title: `Refund ${unitsOf(units)} in ${shop}`,
    effect: `Asks ${shop} to refund what is not there, to pay the money back and to tell the customer. The rest of the order stays.`,
    final: true,
  };
  const order: ConflictChoiceView = {
    id: 'cancel:order',
    send: { choice: 'cancel', scope: 'order' },
    title: `Cancel the order in ${shop}`,
    effect: `Asks ${shop} to cancel the whole order${restCanShip ? ', also what could be shipped of it' : ''}, to pay the money back and to tell the customer.`,
    final: true,
  };
  return [...(cancels.lines && restCanShip && paid ? [line] : []), ...(cancels.orders ? [order] : [])];
}

function ignore({ units }: ChoicesOf): ConflictChoiceView {
  return {
    id: 'ignore',
    send: { choice: 'ignore' },
    title: 'Ignore',
    effect: `Closes the conflict and changes no stock. For when you deal with ${units === 1 ? 'it' : 'them'} yourself, outside of SyncFlow.`,
    final: false,
  };
}
