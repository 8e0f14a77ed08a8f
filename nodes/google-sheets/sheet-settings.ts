/** The settings of every node that writes to a sheet. */

import { z } from 'zod';
import { serviceSetting } from '../kit/connection-setting.ts';

export const SHEET_SETTINGS = {
  connection: serviceSetting(['google-sheets'], {
    title: 'Spreadsheet',
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
