/** What happened to an order, in the order in which it happened, in words. */
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
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
    ...stockEntries(order),
    ...conflicts.map(
      ({ at, wanted, title, availableThen }): Entry => ({
        at: at.toISOString(),
        tone: 'bad',
        text: `${wanted} × ${title}: only ${availableThen} there, held for a person to decide`,
      }),
    ),
  ];
  return entries.sort((a, b) => a.at.localeCompare(b.at));
}

/** One entry for each moment at which units left or came back, however many lines it touched. */
function stockEntries({ lines }: OrderDocument): Entry[] {
  const sold = new Map<string, number>();
  const back = new Map<string, number>();
  for (const { changes, state } of lines) {
    if (state === 'not-counted' || state === 'unmatched') continue;
    for (const { units, at } of changes) {
      const entries = units > 0 ? sold : back;
      entries.set(at.toISOString(), (entries.get(at.toISOString()) ?? 0) + Math.abs(units));
    }
  }
  const unit = (count: number) => (count === 1 ? 'unit' : 'units');
  return [
    ...[...sold].map(
      ([at, count]): Entry => ({ at, tone: 'ok', text: `${count} ${unit(count)} taken from stock` }),
    ),
    ...[...back].map(
      ([at, count]): Entry => ({ at, tone: 'warn', text: `${count} ${unit(count)} came back` }),
    ),
  ];
}
