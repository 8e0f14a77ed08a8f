/** What receivers get of each kind of happening. The fields are API: they may grow, and never change. */
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { ConflictDocument } from '../orders/conflicts.ts';
import type { CapturedOrder } from '../orders/order.ts';
import type { StockChanged } from '../stock/stock-changed.ts';
import type { Happening } from './tell-endpoints.ts';

/** Told once for each snapshot of the order. Two may overtake each other: the one with the later `updatedAt` counts. */
export function orderChanged({ orderId, ...order }: CapturedOrder): Happening {
  const { connectionId, channel, externalId, number, status, placedAt, updatedAt, total, lines } = order;
  return {
    type: 'order.changed',
    key: `${orderId}:${updatedAt.getTime()}:${status}`,
    subject: `Order ${number}`,
    data: {
      order: {
        id: orderId,
        connection: connectionId,
        channel,
        externalId,
        number,
        status,
        placedAt,
        updatedAt,
        total,
        lines: lines.map(lineOf),
      },
    },
  };
}

/** @param key names the change; told once. Of two levels of a SKU the one with the higher `version` is newer. */
export function stockChanged(key: string, { by, levels }: StockChanged): Happening {
  return {
    type: 'stock.changed',
    key,
    subject: `Stock of ${levels.length === 1 ? levels[0]?.sku : `${levels.length} SKUs`}`,
    data: {
      by,
      // What channels took and their parts are bookkeeping of ours.
      levels: levels.map(({ taken: _taken, quotas: _quotas, ...level }) => level),
    },
  };
}

function lineOf({ lineId, sku, title, quantity, unitPrice }: CapturedOrder['lines'][number]) {
  return { id: lineId, sku, title, quantity, unitPrice };
}

export function conflictRaised(
  conflict: Pick<
    ConflictDocument,
    '_id' | 'sku' | 'title' | 'orderId' | 'orderNumber' | 'connectionId' | 'wanted' | 'availableThen' | 'at'
  >,
): Happening {
  const { _id, sku, title, orderId, orderNumber, connectionId, wanted, availableThen, at } = conflict;
  return {
    type: 'conflict.raised',
    key: _id,
    subject: `Conflict about ${sku}`,
    data: {
      conflict: {
        id: _id,
        sku,
        title,
        order: { id: orderId, number: orderNumber, connection: connectionId },
        wanted,
        available: availableThen,
        at,
      },
    },
  };
}

export function alertRaised({
  _id,
  level,
  title,
  text,
  at,
}: Pick<AlertDocument, '_id' | 'level' | 'title' | 'text' | 'at'>): Happening {
  return {
    type: 'alert.raised',
    key: _id,
    subject: `Alert: ${title}`,
    data: { id: _id, level, title, text, at },
  };
}
