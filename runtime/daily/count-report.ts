/** How the counts of all channels agreed with the ledger in the last day: every listing is compared again and again (`runtime/sync`). */
import { z } from 'zod';
import { ClientCollection } from '../database/client-collection.ts';
import { WAITS_FOR_MATCH } from '../listings/match-listing.ts';
import type { DriftDocument } from '../sync/drift.ts';
import type { ListingDocument } from '../sync/listing-document.ts';
import type { DailyTelling } from './daily-job.ts';

export const CountReport = z.object({
  hour: z.int(),
  /** Listings whose counts are kept in step. */
  listings: z.int(),
  /** Counts that differed from what everything known explains, since the last report's day began. */
  differences: z.int(),
  /** Of these: taken over, since the shop's staff count; written again; and those that could not be taken over. */
  adopted: z.int(),
  overwritten: z.int(),
  refused: z.int(),
  /** Listings that wait for a person to match them. */
  unmatched: z.int(),
  /** The largest differences, in a sentence each line; "" without any. */
  largest: z.string(),
});
export type CountReport = z.infer<typeof CountReport>;

const DAY_MS = 24 * 3_600_000;
const NAMED_MAX = 5;

export async function* countReport({ db, clientId, hour }: DailyTelling): AsyncGenerator<object> {
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const drifts = await new ClientCollection<DriftDocument>(db, 'drifts', clientId)
    .find({ at: { $gte: new Date(Date.now() - DAY_MS) } })
    .toArray();
  const of = (outcome: DriftDocument['outcome']) =>
    drifts.filter((drift) => drift.outcome === outcome).length;
  const size = ({ shown, expected }: DriftDocument) => Math.abs(shown - expected);
  yield {
    hour,
    listings: await listings.count({ tracked: true }),
    differences: drifts.length,
    adopted: of('adopted'),
    overwritten: of('overwritten'),
    refused: of('refused'),
    unmatched: await listings.count({ problem: { $in: [...WAITS_FOR_MATCH] } }),
    largest: drifts
      .sort((a, b) => size(b) - size(a))
      .slice(0, NAMED_MAX)
      .map(
        ({ title, sku, shown, expected }) =>
          `${title}${sku ? ` (${sku})` : ''}: showed ${shown}, expected ${expected}.`,
      )
      .join('\n'),
  } satisfies CountReport;
}
