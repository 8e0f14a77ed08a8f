/** Says in plain words why a listing shows its number: one sentence, the steps, what is on its way, each movement. */
import type { QuantityExplanation } from '#runtime/explain/explain-quantity.ts';
import type { PastMovement } from '#runtime/explain/stock-at.ts';
import type { DecisionReason } from '#runtime/sharing/decision.ts';
import type { WhyView } from './views.ts';

type Why = QuantityExplanation;

const unit = (count: number) => `${count} ${count === 1 ? 'unit' : 'units'}`;
const SECOND_MS = 1_000;

/** "Shopify shows 7: 10 are available and 3 are kept back." */
export function sentenceOf({ shows, desired, reasons }: Why, channel: string, past: boolean): string {
  if (shows === null)
    return `What ${channel} showed then is not known any more. It should have shown ${desired}.`;
  const verb = past ? 'showed' : 'shows';
  const because = reasons
    .map(shortly)
    .filter((text) => text !== '')
    .join(', ');
  const differs =
    shows === desired ? '' : past ? ` It should have shown ${desired}.` : ` It should show ${desired}.`;
  return `${channel} ${verb} ${shows}: ${because}.${differs}`;
}

function shortly(reason: DecisionReason): string {
  switch (reason.kind) {
    case 'available':
      return `${reason.units} available`;
    case 'quota':
      return `${reason.units} of them are this channel’s part`;
    case 'taking-back':
      return `the part is being lowered to ${reason.units}`;
    case 'no-quota-yet':
      return 'parts are being made';
    case 'shown-by-another':
      return 'another listing of the same shop shows them';
    case 'cap':
      return `at most ${reason.units} for this channel`;
    case 'hidden':
      return `hidden below ${reason.below}`;
    case 'at-location':
      return `${reason.units} of them at ${reason.location}`;
    default:
      return reason.units === 0 ? '' : `${reason.units} kept back`;
  }
}

/** From the shelf to the channel. Each step says what is left after it. */
export function stepsOf({ stock, components, reasons, desired }: Why): WhyView['steps'] {
  const located = reasons.some(({ kind }) => kind === 'at-location');
  let left = Math.max(0, stock.available);
  const steps: { text: string; units: number }[] = [
    components
      ? {
          text: `A kit: as many as its components allow (${components.map(component).join(', ')})`,
          units: stock.available,
        }
      : { text: 'On the shelf, over all locations', units: stock.onHand },
  ];
  if (!components && stock.onHand !== stock.available) {
    const promised = stock.onHand - stock.available;
    steps.push({ text: `${unit(promised)} promised to orders; may still be sold`, units: stock.available });
  }
  for (const reason of reasons) {
    switch (reason.kind) {
      case 'available':
        left = Math.max(0, reason.units);
        // Stock at locations that none of the shop's stands for is not on sale there.
        if (located && left !== Math.max(0, stock.available))
          steps.push({ text: 'At the locations of this shop', units: left });
        break;
      case 'quota':
        left = reason.units;
        steps.push({ text: 'This channel’s own part; no other channel may sell it', units: left });
        break;
      case 'taking-back':
        left = reason.units;
        steps.push({ text: 'What is more goes to a channel that has run down', units: left });
        break;
      case 'no-quota-yet':
        steps.push({ text: 'Each channel gets a part of its own soon; shared until then', units: left });
        break;
      case 'shown-by-another':
        left = 0;
        steps.push({
          text: 'Another listing of the product in this shop shows the shop’s part',
          units: left,
        });
        break;
      case 'cap':
        left = reason.units;
        steps.push({ text: `This channel shows at most ${reason.units}`, units: left });
        break;
      case 'hidden':
        left = 0;
        steps.push({ text: `Fewer than ${reason.below} are shown as none`, units: left });
        break;
      case 'at-location':
        left = reason.units;
        steps.push({ text: `Of that, what the shop shows at ${reason.location}`, units: left });
        break;
      default:
        left = Math.max(0, left - reason.units);
        steps.push({ text: keptBack(reason), units: left });
    }
  }
  if (left !== desired) steps.push({ text: 'What the channel should show', units: desired });
  return steps;
}

function component({ sku, units, available }: NonNullable<Why['components']>[number]): string {
  return `${units} × ${sku}, ${available} left`;
}

function keptBack(reason: Extract<DecisionReason, { readonly kind: `${string}-buffer` }>): string {
  switch (reason.kind) {
    case 'flow-buffer':
      return `${unit(reason.units)} kept back by the flow that publishes`;
    case 'units-buffer':
      return `${unit(reason.units)} kept back by your rule`;
    case 'percent-buffer':
      return `${reason.percent} % kept back by your rule: ${unit(reason.units)}`;
    case 'computed-buffer': {
      const { units, soldElsewherePerSecond, lagMs, certainty } = reason;
      const aMinute = (soldElsewherePerSecond * 60).toFixed(soldElsewherePerSecond * 60 < 10 ? 1 : 0);
      return `${unit(units)} kept back: your other channels sell ${aMinute} a minute, and their sales are shown here after ${(lagMs / SECOND_MS).toFixed(1)} s (${(certainty * 100).toFixed(certainty > 0.99 ? 2 : 0)} % certain)`;
    }
  }
}

/** What is on its way or waits at that moment. */
export function notesOf(why: Why, channel: string): WhyView['notes'] {
  const notes: { tone: 'ok' | 'warn' | 'bad'; text: string }[] = [];
  const { push, inFlight, soldSince, waits, difference, refusal, shows, desired } = why;
  if (push) {
    const sold =
      soldSince === 0
        ? ''
        : soldSince > 0
          ? `; ${channel} sold ${soldSince} since`
          : `; ${-soldSince} came back there since`;
    notes.push({ tone: 'ok', text: `${push.to} was written ${clock(push.at)}${sold}.` });
  } else if (shows !== null) {
    notes.push({
      tone: 'ok',
      text: `SyncFlow never had to write to this listing; ${channel} counts its own sales.`,
    });
  }
  if (inFlight)
    notes.push({ tone: 'warn', text: `${inFlight.to} is on its way since ${clock(inFlight.at)}.` });
  if (refusal) notes.push({ tone: 'bad', text: `${channel} refused: ${refusal.reason}. ${refusal.fix}` });
  if (waits === 'queued') notes.push({ tone: 'warn', text: `${desired} waits for its turn to be written.` });
  if (waits === 'raise') {
    notes.push({
      tone: 'warn',
      text: `${desired} waits until all that ${channel} has reported is booked: raising it sooner could sell units twice.`,
    });
  }
  if (difference) {
    const fewer = difference.by > 0;
    notes.push({
      tone: 'warn',
      text: `${channel} shows ${unit(Math.abs(difference.by))} ${fewer ? 'fewer' : 'more'} than its orders explain, since ${clock(difference.since)}. ${fewer ? 'Sales that are on their way to us may explain it' : 'A return or an edit by staff may explain it'}; it is looked at again.`,
    });
  }
  return notes;
}

/** "Sold in Shopify, order #1001". */
export function movementText(movement: PastMovement, nameOf: (connectionId: string) => string): string {
  const { kind, units, channel, cause } = movement;
  const where = channel ? ` in ${nameOf(channel.connectionId)}` : '';
  const order = cause.orderNumber ? `, order ${cause.orderNumber}` : '';
  const note = cause.note ? ` (${cause.note})` : '';
  const what: Readonly<Record<string, string>> = {
    commit: `${unit(units)} sold${where}`,
    receive: `${unit(units)} came in${where}`,
    short: movement.beyondQuota
      ? `${unit(units)} sold${where}, more than its own part`
      : `${unit(units)} sold${where}, but not there`,
    withdraw: `${unit(units)} of a short sale withdrawn${where}`,
    adjust: `Corrected by hand`,
    count: `Counted: ${unit(units)}`,
    kit: `${unit(units)} of a kit sold${where}; its components left`,
    allocate: units === 0 ? 'The parts of the channels were dissolved' : 'The parts of the channels were set',
  };
  return `${what[kind] ?? `${kind} of ${unit(units)}${where}`}${order}${note}`;
}

/** The page shows times in the reader's zone; inside a sentence they stand in UTC. */
function clock(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
