import type { Template } from './define-template.ts';
import { sheetParameters } from './sheet-parameters.ts';

const parameters = sheetParameters('Stock');

/** A row for each product, kept by its SKU. */
export const stockSheet: Template<typeof parameters> = {
  id: 'stock-sheet',
  title: 'Sheet of stock',
  promise: 'A Google sheet shows the stock of every product, beside whatever you keep there.',
  parameters,
  writesStock: false,
  shopsMin: 1,
  rules: ({ spreadsheet, tab }) => [
    spreadsheet === ''
      ? 'Nothing is written until you choose a spreadsheet.'
      : `When stock changes, the row of its SKU in “${tab}” is brought up to date; once a day every row is.`,
    'Your own columns, your order of the rows and your headings stay as they are.',
    'Nothing is written to the shop.',
  ],
  example: ({ tab }) => `One of 10 is sold: the row of MUG-1 in “${tab}” says 9 a moment later.`,
  graph: ({ spreadsheet, tab }) => ({
    nodes: [
      { id: 'trigger', type: 'stock-trigger', name: 'When stock changes', config: {}, x: 0, y: 0 },
      {
        id: 'daily',
        type: 'stock-list-trigger',
        name: 'Every day, each product',
        config: {},
        x: 0,
        y: 128,
      },
      {
        id: 'row',
        type: 'stock-row',
        name: 'Keep its row',
        config: { connection: spreadsheet, tab },
        x: 344,
        y: 64,
      },
    ],
    wires: [
      { from: 'trigger', output: 'level', to: 'row' },
      { from: 'daily', output: 'level', to: 'row' },
    ],
  }),
};
