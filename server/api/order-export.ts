/** The list of orders as a file of comma separated values: one line for each order. */
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { type Money, minorDigits } from '#runtime/money.ts';
import type { OrderDocument } from '#runtime/orders/order-document.ts';
import type { ApiOptions } from './client-context.ts';
import { csvParts } from './csv-parts.ts';
import { findAll } from './find-page.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { OrderSearch, searchOfOrders } from './order-search.ts';
import { clientRoute, type Route } from './route.ts';

const COLUMNS = [
  'order',
  'channel',
  'placed',
  'received',
  'status',
  'lines',
  'units',
  'items',
  'total',
  'currency',
  'short lines',
];

export function orderExportRoutes({ database }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/orders/export',
      summary: 'The orders that a search finds, all of them, as a file of comma separated values',
      may: 'see',
      query: OrderSearch,
      answer: z.string(),
      media: 'text/csv',
      run: async ({ clientId, query }) => {
        const search = searchOfOrders(query);
        const orders = new ClientCollection<OrderDocument>(database.db, 'orders', clientId);
        const names = await connectionNames(database, clientId);
        const found = search ? await findAll(orders, search) : nothing();
        return csvParts(found, COLUMNS, (order) => [cellsOf(order, names)]);
      },
    }),
  ];
}

async function* nothing(): AsyncGenerator<OrderDocument> {}

function cellsOf(order: OrderDocument, names: ConnectionNames): (string | number)[] {
  const { lines, total } = order;
  return [
    order.number,
    names(order.connectionId).name,
    order.placedAt.toISOString(),
    order.receivedAt.toISOString(),
    order.status,
    lines.length,
    lines.reduce((sum, { quantity }) => sum + quantity, 0),
    lines.map(({ quantity, sku, title }) => `${quantity} × ${sku ?? title}`).join('; '),
    decimalOf(total),
    total.currency,
    order.shortLines,
  ];
}

/** `43.80`, as spreadsheets read it anywhere; without floating point. */
export function decimalOf({ amount, currency }: Money): string {
  const digits = minorDigits(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${amount < 0 ? '-' : ''}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`;
}
