import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import { minorDigits } from '#runtime/money.ts';
import { snapshotNumber } from '#runtime/orders/order-progress.ts';
import { defineNode } from '../kit/define-node.ts';
import { CapturedOrderPort } from '../kit/port-types.ts';
import { SHEET_EFFECT } from './google-sheets-service.ts';
import { SHEET_SETTINGS } from './sheet-settings.ts';
import type { SheetRow } from './sheet-table.ts';

const ITEMS_CHARACTERS_MAX = 2_000;

/** Keeps a row of the order sheet for each order. */
export const orderRow = defineNode({
  type: 'order-row',
  title: 'Keep in an order sheet',
  summary: 'Keeps a row for each order in Google Sheets',
  help: 'Keeps one row for each order in a sheet: number, channel, when it was placed, status, whether it is paid, total, units and items; nothing about the customer. You may sort the rows, move, insert and rename columns, and add your own. A column that you delete stays deleted; the column "Order id" is needed.',
  group: 'Tell',
  effect: 'message',
  input: CapturedOrderPort,
  outputs: {},
  config: z.object({ ...SHEET_SETTINGS, tab: SHEET_SETTINGS.tab.default('Orders') }),
  describe: ({ connection, tab }) => (connection ? `Sheet "${tab}"` : 'Writes nowhere yet'),
  run: async ({ input, config, context }) => {
    if (config.connection === '') {
      context.log('no row written: no spreadsheet is chosen');
      return {};
    }
    const { orderId, number, channel, placedAt, status, paid, total, lines } = input;
    const row: SheetRow = {
      table: 'orders',
      tab: config.tab,
      key: orderId,
      revision: snapshotNumber(input),
      cells: {
        number,
        channel,
        placedAt: placedAt.toISOString().slice(0, 16).replace('T', ' '),
        status,
        paid: paid === undefined ? '' : paid ? 'yes' : 'no',
        // A spreadsheet counts in whole units; what is exact stays in SyncFlow.
        total: total.amount / 10 ** minorDigits(total.currency),
        currency: total.currency,
        units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
        items: lines
          .map(({ quantity, title, sku }) => `${quantity} × ${title}${sku === null ? '' : ` (${sku})`}`)
          .join('; ')
          .slice(0, ITEMS_CHARACTERS_MAX),
      },
    };
    await context.effects.send({
      key: context.key,
      effect: SHEET_EFFECT,
      connectionId: ConnectionId.parse(config.connection),
      subject: `Order ${number} in the sheet`,
      payload: row,
    });
    return {};
  },
});
