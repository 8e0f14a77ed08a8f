import type { Template } from './define-template.ts';
import { sheetParameters } from './sheet-parameters.ts';

const parameters = sheetParameters('Orders');

/** A row for each order, kept by its id. */
export const orderSheet: Template<typeof parameters> = {
  id: 'order-sheet',
  title: 'Sheet of orders',
  promise: 'A Google sheet shows every order of every channel once, beside whatever you keep there.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ spreadsheet, tab }) => [
    spreadsheet === ''
      ? 'Nothing is written until you choose a spreadsheet.'
      : `When an order is placed, changed, paid, cancelled or refunded, its row in “${tab}” is brought up to date.`,
    'Nothing about the customer is written: number, channel, time, status, total and items.',
    'Your own columns, your order of the rows and your headings stay as they are.',
    'Nothing is written to the shop.',
  ],
  example: ({ tab }) =>
    `Order #1001 comes in and is cancelled an hour later: it stands in “${tab}” once, as cancelled.`,
  graph: ({ spreadsheet, tab }) => ({
    nodes: [
      { id: 'trigger', type: 'order-trigger', name: 'When an order comes in', config: {}, x: 0, y: 0 },
      { id: 'capture', type: 'capture-order', name: 'Keep the order', config: {}, x: 344, y: 0 },
      {
        id: 'row',
        type: 'order-row',
        name: 'Keep its row',
        config: { connection: spreadsheet, tab },
        x: 688,
        y: 0,
      },
    ],
    wires: [
      { from: 'trigger', output: 'order', to: 'capture' },
      { from: 'capture', output: 'order', to: 'row' },
    ],
  }),
};
