/** What comes due by the clock, or by a button, in this process. */
import type { Database } from '#runtime/database/open-database.ts';
import { Jobs } from '#runtime/jobs/jobs.ts';
import { isClean } from '#runtime/verify/proof-document.ts';
import { verifyJob } from '#runtime/verify/verify-job.ts';
import type { LiveUpdates } from './live/live-updates.ts';
import type { Log } from './log.ts';

export async function startJobs(
  database: Database,
  live: Pick<LiveUpdates, 'changed'>,
  log: Log,
): Promise<Jobs> {
  const verify = verifyJob(database, (clientId, proof) => {
    live.changed(clientId, { topics: ['proofs', 'overview', 'alerts'] });
    const { checked, deviationsFound, ms } = proof;
    log[isClean(proof) ? 'info' : 'error'](
      { client: clientId, ...checked, deviations: deviationsFound, ms },
      'the books were checked',
    );
  });
  return await Jobs.start({
    db: database.db,
    definitions: [verify],
    failed: (job, error) => log.error({ job, err: error }, 'a job failed; it is done again at its next time'),
  });
}
