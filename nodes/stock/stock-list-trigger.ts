import { z } from 'zod';
import { StockListed } from '#runtime/daily/stock-list.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { StockLevelPort } from '../kit/port-types.ts';
import { DAILY_SETTINGS } from './daily-settings.ts';

/** Starts once a day for every product. */
export const stockListTrigger = defineTrigger({
  type: 'stock-list-trigger',
  title: 'Every day, each product',
  summary: 'Starts once a day for every product',
  help: 'Gives every product with its stock once a day, whether it changed or not: for sheets and reports that shall have all of them.',
  group: 'Stock',
  wants: 'stock.listed',
  outputs: { level: StockLevelPort },
  config: z.object(DAILY_SETTINGS),
  describe: ({ hour }) => `Every day at ${hour}:00 UTC`,
  run: ({ event, config }) => {
    const { hour, levels } = StockListed.parse(JSON.parse(event.body.toString('utf8')));
    return hour === config.hour ? { level: levels } : {};
  },
});
