/** Rows of conflicts, with what can be chosen about each that is open. */
import { connectionsOf, openAccount } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import { availableAt, SHELVES, type Shelves } from '#runtime/orders/available-at.ts';
import { cancelsOf } from '#runtime/orders/channel-cancels.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import { restCanShip } from '#runtime/orders/judge-conflict.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { ChannelCancels } from '#runtime/orders/policy/conflict-strategy.ts';
import type { StockDocument } from '#runtime/stock/stock-document.ts';
import type { ApiOptions } from './client-context.ts';
import { choicesOf, decidedBy, outcomeOf, sentenceOf } from './conflict-words.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import type { ConflictChoiceView, ConflictRow } from './views.ts';

const NO_CANCELS: ChannelCancels = { orders: false, lines: false };

type Cancels = (connectionId: ConnectionId) => ChannelCancels;

/** What can be asked of each channel of the client. A connection that can't be opened can't be asked for anything. */
export async function channelCancels(
  { database, vault, channels }: Pick<ApiOptions, 'database' | 'vault' | 'channels'>,
  clientId: ClientId,
): Promise<Cancels> {
  const known = new Map<ConnectionId, ChannelCancels>();
  for (const connection of await connectionsOf(database.models, clientId)) {
    const channel = channels.get(connection.channel);
    if (!channel) continue;
    try {
      known.set(connection._id, cancelsOf(channel.open(openAccount(vault, channel, connection))));
    } catch {
      known.set(connection._id, NO_CANCELS);
    }
  }
  return (connectionId) => known.get(connectionId) ?? NO_CANCELS;
}

/** @param found conflicts of the client. */
export async function rowsOf(
  options: Pick<ApiOptions, 'database' | 'vault' | 'channels'>,
  clientId: ClientId,
  found: readonly ConflictDocument[],
): Promise<ConflictRow[]> {
  const { db } = options.database;
  const names = await connectionNames(options.database, clientId);
  const open = found.filter(({ state }) => state === 'open');
  if (open.length === 0) return found.map((conflict) => rowOf(conflict, names, []));
  const [cancels, orders, items] = await Promise.all([
    channelCancels(options, clientId),
    new ClientCollection<OrderDocument>(db, 'orders', clientId)
      .find({ _id: { $in: open.map(({ orderId }) => orderId) } })
      .toArray(),
    new ClientCollection<StockDocument>(db, 'stock', clientId)
      .find({ sku: { $in: open.map(({ sku }) => sku) } }, { projection: SHELVES })
      .toArray(),
  ]);
  const orderOf = new Map(orders.map((order) => [order._id, order]));
  const itemOf = new Map(items.map((item) => [item.sku, item]));
  return found.map((conflict) => {
    const order = orderOf.get(conflict.orderId);
    const choices =
      conflict.state === 'open' && order
        ? choicesFor(conflict, order, itemOf.get(conflict.sku) ?? null, names, cancels)
        : [];
    return rowOf(conflict, names, choices);
  });
}

function choicesFor(
  { lineId, sku, units, connectionId }: ConflictDocument,
  order: OrderDocument,
  item: Shelves | null,
  names: ConnectionNames,
  cancels: Cancels,
): ConflictChoiceView[] {
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  const account = line?.accounts.find((candidate) => candidate.sku === sku);
  if (!line || !account) return [];
  return choicesOf({
    units,
    available: availableAt(item),
    shop: names(connectionId).name,
    cancels: cancels(connectionId),
    restCanShip: restCanShip(order, line, account),
    paid: order.status !== 'pending',
  });
}

function rowOf(
  conflict: ConflictDocument,
  names: ConnectionNames,
  choices: readonly ConflictChoiceView[],
): ConflictRow {
  const { orderId, orderNumber, connectionId, winner, decision } = conflict;
  const { name: connectionName, channel } = names(connectionId);
  const won = winner ? names(winner.connectionId) : null;
  return {
    id: conflict._id,
    sku: conflict.sku,
    title: conflict.title,
    at: conflict.at.toISOString(),
    quantity: conflict.wanted,
    availableThen: conflict.availableThen,
    units: conflict.units,
    order: {
      id: orderId,
      number: orderNumber,
      connectionName,
      channel,
      placedAt: conflict.placedAt.toISOString(),
    },
    winner:
      winner && won
        ? {
            id: winner.orderId,
            number: winner.orderNumber,
            connectionName: won.name,
            channel: won.channel,
            at: winner.at.toISOString(),
          }
        : null,
    handedOver: conflict.handedOver,
    state: conflict.state,
    sentence: sentenceOf(conflict, connectionName, won?.name ?? ''),
    outcome: outcomeOf(conflict, connectionName),
    decision: decision ? { by: decidedBy(decision.by), at: decision.at.toISOString() } : null,
    choices,
  };
}
