/** The settings of every node that writes to a sheet. */
import { z } from 'zod';

export const SHEET_SETTINGS = {
  connection: z
    .string()
    .max(64)
    .default('')
    .meta({
      title: 'Spreadsheet',
      connection: 'service',
      connectionTypes: ['google-sheets'],
      empty: 'None yet',
      help: 'A connection to Google Sheets. Nothing is written until one is chosen.',
    }),
  tab: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .meta({ title: 'Sheet', help: 'It is made if it is not there. You may rename it later.' }),
};
