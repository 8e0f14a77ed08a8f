import { z } from 'zod';
import { ConnectionId } from '#runtime/ids.ts';
import { defineNode } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';
import { SHEET_EFFECT } from './google-sheets-service.ts';
import { SHEET_SETTINGS } from './sheet-settings.ts';
import type { SheetRow } from './sheet-table.ts';

/** Keeps a row of the stock sheet for each SKU. */
export const stockRow = defineNode({
  type: 'stock-row',
  title: 'Keep in a stock sheet',
  summary: 'Keeps a row for each product in Google Sheets',
  help: 'Keeps one row for each SKU in a sheet: product, available, on hand, reserved, backordered. You may sort the rows, move, insert and rename columns, and add your own: rows are found by their SKU, columns by a note that moves with them. A column that you delete stays deleted; the SKU column is needed.',
  group: 'Tell',
  effect: 'message',
  input: StockLevelPort,
  outputs: {},
  config: z.object({ ...SHEET_SETTINGS, tab: SHEET_SETTINGS.tab.default('Stock') }),
  describe: ({ connection, tab }) => (connection ? `Sheet "${tab}"` : 'Writes nowhere yet'),
  run: async ({ input, config, context }) => {
    if (config.connection === '') {
      context.log('no row written: no spreadsheet is chosen');
      return {};
    }
    const { sku, title, available, onHand, reserved, backordered, version } = input;
    const row: SheetRow = {
      table: 'stock',
      tab: config.tab,
      key: sku,
      revision: version,
      cells: { title: title.slice(0, 1_000), available, onHand, reserved, backordered },
    };
    await context.effects.send({
      key: context.key,
      effect: SHEET_EFFECT,
      connectionId: ConnectionId.parse(config.connection),
      subject: `Stock of ${sku}`,
      payload: row,
    });
    return {};
  },
});
