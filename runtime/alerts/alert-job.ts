/** Tells alerts that are due, of all clients, every few seconds; of any number of processes one does it. */
import type { ClientId } from '../ids.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import type { AlertDocument } from './alert-document.ts';
import { type DigestDocument, type TellOptions, tellAlerts } from './tell-alerts.ts';

export const ALERT_JOB = 'tell-alerts';
const EVERY_TEN_SECONDS = '*/10 * * * * *';

/** @param told called for each client of which something was told: its outbox may have something new. */
export function alertJob(options: TellOptions, told: (clientId: ClientId) => void): JobDefinition {
  const { db } = options.database;
  return {
    name: ALERT_JOB,
    cron: EVERY_TEN_SECONDS,
    run: async (clientId, alive) => {
      const now = new Date();
      const of = clientId ? { clientId } : {};
      const [alerts, digests] = await Promise.all([
        db.collection<AlertDocument>('alerts').distinct('clientId', { ...of, 'tell.at': { $lte: now } }),
        db.collection<DigestDocument>('alert-digests').distinct('clientId', { ...of, dueAt: { $lte: now } }),
      ]);
      for (const client of new Set([...alerts, ...digests])) {
        const { sent, told: changed } = await tellAlerts(options, client, now);
        if (sent > 0 || changed > 0) told(client);
        await alive();
      }
    },
  };
}
