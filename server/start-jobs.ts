/** What comes due by the clock, or by a button, in this process. */
import { alertJob } from '#runtime/alerts/alert-job.ts';
import type { Services } from '#runtime/clients/service.ts';
import { dailyJob } from '#runtime/daily/daily-job.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { recoveryJob } from '#runtime/host/recovery-job.ts';
import type { ClientId } from '#runtime/ids.ts';
import { type JobDefinition, Jobs } from '#runtime/jobs/jobs.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import { wayBackJob } from '#runtime/pipelines/way-back-job.ts';
import { isClean } from '#runtime/verify/proof-document.ts';
import { verifyJob } from '#runtime/verify/verify-job.ts';
import type { LiveUpdates } from './live/live-updates.ts';
import type { Log } from './log.ts';

export interface JobParts {
  readonly database: Database;
  readonly types: NodeTypes;
  readonly live: Pick<LiveUpdates, 'changed'>;
  readonly log: Log;
  readonly services: Services;
  readonly publicUrl: () => string;
  /** The client's inbox or outbox has something to do again. */
  readonly wake: (clientId: ClientId) => void;
  /** Its flows have changed. */
  readonly reload: (clientId: ClientId) => void;
}

/** Every job, as it is known to Agenda. */
export function jobDefinitions(parts: JobParts): JobDefinition[] {
  const { database, types, live, log, wake, reload, services, publicUrl } = parts;
  const verify = verifyJob(database, (clientId, proof) => {
    live.changed(clientId, { topics: ['proofs', 'overview', 'alerts'] });
    const { checked, deviationsFound, ms } = proof;
    log[isClean(proof) ? 'info' : 'error'](
      { client: clientId, ...checked, deviations: deviationsFound, ms },
      'the books were checked',
    );
  });
  const recovery = recoveryJob(database, types, (clientId, events) => {
    wake(clientId);
    live.changed(clientId, { topics: ['dead-letters', 'overview'] });
    log.info({ client: clientId, events }, 'dead letters run again, since their cause has healed');
  });
  const alerts = alertJob({ database, services, publicUrl }, (clientId) => {
    wake(clientId);
    live.changed(clientId, { topics: ['alerts', 'outbox'] });
  });
  const wayBack = wayBackJob(database, (clientId, { name, version }) => {
    reload(clientId);
    live.changed(clientId, { topics: ['pipelines', 'alerts', 'overview'] });
    log.error(
      { client: clientId, flow: name, version },
      'a flow went back to the version before, since too much failed',
    );
  });
  return [verify, recovery, alerts, dailyJob(database, types, wake), wayBack];
}

export async function startJobs(parts: JobParts): Promise<Jobs> {
  const { database, log } = parts;
  return await Jobs.start({
    db: database.db,
    definitions: jobDefinitions(parts),
    failed: (job, error) => log.error({ job, err: error }, 'a job failed; it is done again at its next time'),
  });
}
