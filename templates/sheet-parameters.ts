import { z } from 'zod';
import { serviceSetting } from '#nodes/kit/connection-setting.ts';

/** What the templates of sheets ask for. @param tab the sheet's name at first. */
export const sheetParameters = (tab: string) =>
  z.object({
    spreadsheet: serviceSetting(['google-sheets'], {
      title: 'Spreadsheet',
      help: 'A connection to Google Sheets. Nothing is written until one is chosen.',
    }),
    tab: z.string().trim().min(1).max(100).default(tab).meta({ title: 'Sheet' }),
  });
