/** How each channel of a client is doing: one answer for the health rows, the sentence and what needs a person. */
import { type ConnectionDocument, connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { type Histogram, quantileOf, samplesOf } from '#runtime/metrics/histogram.ts';
import type { HealthDocument } from '#runtime/sync/connection-health.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import type { LagView, Tone } from './views.ts';

export interface ConnectionState {
  readonly connection: ConnectionDocument;
  readonly name: string;
  readonly tone: Tone;
  readonly word: string;
  readonly listings: number;
  readonly unmatched: number;
  readonly waiting: number;
  readonly lastEventAt: Date | null;
  readonly lastPushAt: Date | null;
  readonly error: { readonly reason: string; readonly fix: string | null; readonly at: Date } | null;
}

/** What waits for longer than this is behind, not just on its way. */
const BEHIND_MS = 10_000;

export async function connectionStates(
  { db, models }: Database,
  clientId: ClientId,
): Promise<ConnectionState[]> {
  const health = new ClientCollection<HealthDocument>(db, 'health', clientId);
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  return await Promise.all(
    (await connectionsOf(models, clientId)).map(async (connection) => {
      const { _id: connectionId, name } = connection;
      const [state, all, unmatched, waiting, oldest] = await Promise.all([
        health.findOne({ _id: connectionId }),
        listings.count({ connectionId }),
        listings.count({ connectionId, sku: null, tracked: true }),
        listings.count({ connectionId, dirty: true }),
        listings
          .find({ connectionId, dirty: true }, { projection: { desiredAt: 1 } })
          .sort({ desiredAt: 1 })
          .limit(1)
          .toArray(),
      ]);
      const trouble = state?.trouble ?? null;
      const oldestAt = oldest[0]?.desiredAt.getTime() ?? Number.POSITIVE_INFINITY;
      return {
        connection,
        name,
        ...wordOf(trouble, waiting, Date.now() - oldestAt > BEHIND_MS),
        listings: all,
        unmatched,
        waiting,
        lastEventAt: state?.lastEventAt ?? null,
        lastPushAt: state?.lastPushAt ?? null,
        error: trouble ? { reason: trouble.reason, fix: trouble.fix, at: trouble.since } : null,
      };
    }),
  );
}

function wordOf(
  trouble: HealthDocument['trouble'],
  waiting: number,
  behind: boolean,
): { readonly tone: Tone; readonly word: string } {
  if (trouble?.fix) return { tone: 'bad', word: 'Needs you' };
  if (trouble) return { tone: 'bad', word: 'Not answering' };
  if (waiting > 0 && behind)
    return { tone: 'warn', word: `${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'}` };
  return { tone: 'ok', word: 'In step' };
}

/** The usual quantiles of a lag; null without samples. */
export function lagOf(lag: Histogram): LagView | null {
  const samples = samplesOf(lag);
  if (samples === 0) return null;
  const at = (quantile: number) => quantileOf(lag, quantile) ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), samples };
}
