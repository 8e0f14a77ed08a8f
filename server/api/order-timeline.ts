/** What happened to an order, in the order in which it happened, in words. */
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument, StoredLine } from '#runtime/orders/order-document.ts';
import type { DecisionChoice, StockChange } from '#runtime/orders/stock-change.ts';
import { decidedBy, unitsOf } from './conflict-words.ts';
import type { ConnectionNames } from './names.ts';
import type { OrderView } from './views.ts';

type Entry = OrderView['timeline'][number];

export function timelineOf(
  order: OrderDocument,
  conflicts: readonly ConflictDocument[],
  names: ConnectionNames,
): Entry[] {
  const entries: Entry[] = [
    { at: order.placedAt.toISOString(), tone: 'ok', text: `Placed in ${names(order.connectionId).name}` },
    { at: order.receivedAt.toISOString(), tone: 'ok', text: 'Reached SyncFlow and was kept' },
    ...takenEntries(order),
    ...order.lines.flatMap((line) => line.changes.flatMap((change) => entryOf(line, change))),
    ...conflicts
      .filter(({ handedOver }) => !handedOver)
      .map(
        ({ at, wanted, title, availableThen }): Entry => ({
          at: at.toISOString(),
          tone: 'bad',
          text: `${wanted} × ${title}: only ${availableThen} there`,
        }),
      ),
  ];
  return entries.sort((a, b) => a.at.localeCompare(b.at));
}

/** One entry for each moment at which units left or came back, however many lines it touched. */
function takenEntries({ lines }: OrderDocument): Entry[] {
  const kinds = {
    sold: new Map<string, number>(),
    held: new Map<string, number>(),
    back: new Map<string, number>(),
  };
  for (const { changes, state } of lines) {
    if (state === 'not-counted' || state === 'unmatched') continue;
    for (const change of changes) {
      if (change.kind !== 'taken') continue;
      const counts = kinds[change.units < 0 ? 'back' : change.held ? 'held' : 'sold'];
      const at = change.at.toISOString();
      counts.set(at, (counts.get(at) ?? 0) + Math.abs(change.units));
    }
  }
  const entries = (counts: ReadonlyMap<string, number>, tone: Entry['tone'], what: string) =>
    [...counts].map(([at, count]): Entry => ({ at, tone, text: `${unitsOf(count)} ${what}` }));
  return [
    ...entries(kinds.sold, 'ok', 'taken from stock'),
    ...entries(kinds.held, 'ok', 'reserved until it is paid'),
    ...entries(kinds.back, 'warn', 'came back'),
  ];
}

/** What happened to one line. */
function entryOf({ title }: StoredLine, change: StockChange): Entry[] {
  const at = change.at.toISOString();
  switch (change.kind) {
    case 'taken':
      return [];
    case 'paid':
      return [{ at, tone: 'ok', text: `${title}: paid, so what was reserved is sold` }];
    case 'closed':
      return [{ at, tone: 'warn', text: `${title}: closed, and nothing went back to the shelf` }];
    case 'decision':
      return [
        { at, tone: 'ok', text: `${title}: ${decisionWords(change.decision)}, by ${decidedBy(change.by)}` },
      ];
    case 'reopened':
      return [{ at, tone: 'bad', text: `${title}: has to be decided again; ${change.reason}` }];
    case 'filled':
      return [{ at, tone: 'ok', text: `${title}: goods came in for the backorder` }];
    case 'yielded':
      return [
        {
          at,
          tone: 'warn',
          text: `${title}: ${unitsOf(change.units)} handed to order ${change.to.orderNumber}, which was placed before`,
        },
      ];
    case 'gained':
      return [
        {
          at,
          tone: 'ok',
          text: `${title}: got ${unitsOf(change.units)} from order ${change.from.orderNumber}, which was placed later`,
        },
      ];
  }
}

function decisionWords(choice: DecisionChoice): string {
  switch (choice.choice) {
    case 'ship':
      return `ships from ${choice.from}`;
    case 'backorder':
      return 'accepted as a backorder';
    case 'cancel':
      return choice.scope === 'order'
        ? 'the shop was asked to cancel the order'
        : 'the shop was asked to refund it';
    case 'ignore':
      return 'left as it is';
  }
}
