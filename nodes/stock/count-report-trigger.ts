import { z } from 'zod';
import { CountReport } from '#runtime/daily/count-report.ts';
import { defineTrigger } from '../kit/define-node.ts';
import { AnyPort } from '../kit/port-types.ts';
import { DAILY_SETTINGS } from './daily-settings.ts';

/** Starts once a day with how the counts of all channels agreed. */
export const countReportTrigger = defineTrigger({
  type: 'count-report-trigger',
  title: 'Every day, how counts agreed',
  summary: 'Starts once a day with a report of counts',
  help: 'Tells once a day how the counts of all channels agreed with the ledger: {listings}, {differences}, {adopted}, {overwritten}, {refused}, {unmatched} and {largest}. Every listing is compared again and again; here is what was found.',
  group: 'Stock',
  wants: 'counts.reported',
  outputs: { differences: AnyPort, agreed: AnyPort },
  config: z.object(DAILY_SETTINGS),
  describe: ({ hour }) => `Every day at ${hour}:00 UTC`,
  run: ({ event, config }) => {
    const { hour, ...report } = CountReport.parse(JSON.parse(event.body.toString('utf8')));
    if (hour !== config.hour) return {};
    const isClean = report.differences === 0 && report.unmatched === 0;
    return isClean ? { agreed: report } : { differences: report };
  },
});
