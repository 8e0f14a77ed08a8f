/** How each channel of a client is doing: one answer for the health rows, the sentence and what needs a person. */
import { type ConnectionDocument, connectionsOf } from '#runtime/clients/connection-model.ts';
import type { Services } from '#runtime/clients/service.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';
import { importsOf } from '#runtime/listings/import-document.ts';
import { WAITS_FOR_MATCH } from '#runtime/listings/match-listing.ts';
import { type Histogram, quantileOf, samplesOf } from '#runtime/metrics/histogram.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import type { PollDocument } from '#runtime/polling/poll-document.ts';
import type { ConnectionFinding, MendingAction } from '#runtime/sync/connection-finding.ts';
import type { HealthDocument } from '#runtime/sync/connection-health.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import type { LagView, Tone } from './views.ts';

export interface ConnectionState {
  readonly connection: ConnectionDocument;
  readonly name: string;
  readonly tone: Tone;
  readonly word: string;
  readonly listings: number;
  /** The reading of its products, while it is under way. */
  readonly importing: { readonly listings: number; readonly progress: number | null } | null;
  readonly unmatched: number;
  readonly waiting: number;
  /** How long the oldest of its changes has waited. */
  readonly behindMs: number;
  /** When it was last asked what is new. */
  readonly polledAt: Date | null;
  readonly lastEventAt: Date | null;
  readonly lastPushAt: Date | null;
  readonly kind: 'channel' | 'service';
  readonly error: {
    readonly reason: string;
    readonly fix: string | null;
    readonly at: Date;
    readonly next: string | null;
    readonly action: MendingAction | null;
  } | null;
  readonly findings: readonly ConnectionFinding[];
}

/** What waits for longer than this is behind, not just on its way. */
const BEHIND_MS = 10_000;

export async function connectionStates(
  { db, models }: Database,
  clientId: ClientId,
  services: Services,
): Promise<ConnectionState[]> {
  const health = new ClientCollection<HealthDocument>(db, 'health', clientId);
  const listings = new ClientCollection<ListingDocument>(db, 'listings', clientId);
  const imports = importsOf({ db, clientId });
  const polls = new ClientCollection<PollDocument>(db, 'polls', clientId);
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  return await Promise.all(
    (await connectionsOf(models, clientId)).map(async (connection) => {
      const { _id: connectionId, name } = connection;
      const [state, poll, all, reading, unmatched, dirty, messages, oldest] = await Promise.all([
        health.findOne({ _id: connectionId }),
        polls.findOne({ _id: connectionId }, { projection: { webhooksTrouble: 1, polledAt: 1 } }),
        listings.count({ connectionId }),
        imports.findOne({ _id: connectionId, state: { $in: ['waiting', 'running'] } }),
        listings.count({ connectionId, problem: { $in: [...WAITS_FOR_MATCH] } }),
        listings.count({ connectionId, dirty: true }),
        outbox.count({ connectionId, state: { $in: ['queued', 'sending'] } }),
        listings
          .find({ connectionId, dirty: true }, { projection: { desiredAt: 1 } })
          .sort({ desiredAt: 1 })
          .limit(1)
          .toArray(),
      ]);
      const waiting = dirty + messages;
      const trouble = state?.trouble ?? null;
      const findings = [...(state?.findings ?? []), ...webhooksFinding(poll)];
      const oldestAt = oldest[0]?.desiredAt.getTime() ?? Number.POSITIVE_INFINITY;
      return {
        connection,
        name,
        kind: services.has(connection.channel) ? 'service' : 'channel',
        ...wordOf(state, findings, waiting, Date.now() - oldestAt > BEHIND_MS),
        listings: all,
        importing: reading && { listings: reading.listings, progress: reading.progress },
        unmatched,
        waiting,
        behindMs: Number.isFinite(oldestAt) ? Math.max(0, Date.now() - oldestAt) : 0,
        polledAt: poll?.polledAt ?? null,
        lastEventAt: state?.lastEventAt ?? null,
        lastPushAt: state?.lastPushAt ?? null,
        findings,
        error: trouble
          ? {
              reason: trouble.reason,
              fix: trouble.fix,
              at: trouble.since,
              next: nextOf(state, waiting),
              action: trouble.action ?? (trouble.fix ? 'look-again' : null),
            }
          : null,
      };
    }),
  );
}

/** Webhooks that could not be put in order: events come by polling, and so a little later. */
function webhooksFinding(poll: Pick<PollDocument, 'webhooksTrouble'> | null): ConnectionFinding[] {
  const trouble = poll?.webhooksTrouble;
  if (!trouble) return [];
  const { reason, fix } = trouble;
  const mend = fix ?? 'Nothing has to be done: it is tried again every few minutes.';
  return [{ code: 'webhooks', tone: 'warn', reason, fix: mend, action: 'look-again' }];
}

function wordOf(
  health: HealthDocument | null,
  findings: readonly ConnectionFinding[],
  waiting: number,
  behind: boolean,
): { readonly tone: Tone; readonly word: string } {
  const trouble = health?.trouble;
  if (trouble?.fix) return { tone: 'bad', word: 'Needs you' };
  if (trouble && health.gate) return { tone: 'bad', word: 'Not answering' };
  if (trouble) return { tone: 'warn', word: 'In trouble' };
  if (findings.some(({ tone }) => tone === 'bad')) return { tone: 'bad', word: 'Needs you' };
  if (waiting > 0 && behind)
    return { tone: 'warn', word: `${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'}` };
  if (findings.length > 0) return { tone: 'warn', word: 'In step, with a warning' };
  return { tone: 'ok', word: 'In step' };
}

/** What happens next to a connection in trouble, and to what waits for it. */
function nextOf(health: HealthDocument | null, waiting: number): string {
  const kept =
    waiting === 0 ? 'Nothing waits.' : `${waiting} ${waiting === 1 ? 'waits' : 'wait'}, nothing is lost.`;
  const at = health?.gate?.nextLookAt;
  if (!health?.gate) return `The next try follows by itself. ${kept}`;
  if (!at) return `It is being looked at now. ${kept}`;
  const seconds = Math.max(1, Math.ceil((at.getTime() - Date.now()) / 1_000));
  return `The next look is in ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}. ${kept}`;
}

/** The usual quantiles of a lag; null without samples. */
export function lagOf(lag: Histogram): LagView | null {
  const samples = samplesOf(lag);
  if (samples === 0) return null;
  const at = (quantile: number) => quantileOf(lag, quantile) ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), samples };
}
