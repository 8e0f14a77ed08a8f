/** The way back from a deploy after which too much fails: the version of before runs again, as a version of its own. */
import { Alerts } from '../alerts/alerts.ts';
import type { Database } from '../database/open-database.ts';
import type { ClientId } from '../ids.ts';
import { isWorse, runsAround } from './deploy-errors.ts';
import { type PipelineDocument, pipelinesOf, replaceDeployed } from './pipeline-model.ts';
import { Versions, versionOf } from './versions.ts';

/** A deploy is watched for so long. */
const WATCHED_MS = 15 * 60_000;
const BY = 'syncflow';

/** Looks after the client's newest deploys. @returns the flows that went back. */
export async function goBackWhereWorse(
  database: Database,
  clientId: ClientId,
  now = new Date(),
): Promise<PipelineDocument[]> {
  const watched = (await pipelinesOf(database.models, clientId)).filter(
    ({ state, version, deployed }) =>
      state === 'running' &&
      version > 1 &&
      deployed !== undefined &&
      // Where it went back to is as good as it was.
      deployed.by !== BY &&
      now.getTime() - deployed.at.getTime() < WATCHED_MS,
  );
  const gone: PipelineDocument[] = [];
  for (const pipeline of watched) if (await goBackIfWorse(database, pipeline, now)) gone.push(pipeline);
  return gone;
}

async function goBackIfWorse(database: Database, pipeline: PipelineDocument, now: Date): Promise<boolean> {
  const { _id, clientId, version, deployed, name } = pipeline;
  if (!deployed) return false;
  const { before, since } = await runsAround(database.db, clientId, _id, deployed.at);
  if (!isWorse(before, since)) return false;
  const versions = new Versions(database.db, clientId);
  const [to] = await versions.before(_id, version, 1);
  if (!to) return false;
  const reason = `${since.failed} of ${since.all} runs failed since version ${version} was deployed; before, ${before.failed} of ${before.all} did.`;
  await versions.keep(versionOf(pipeline));
  const went = await replaceDeployed(database.models, pipeline, {
    name: to.name,
    graph: to.graph,
    version: version + 1,
    deployed: { note: `Went back to version ${to.version} by itself. ${reason}`, by: BY, at: now },
    wentBack: { from: version, to: to.version, reason, at: now },
  });
  // Somebody deployed meanwhile: what they deployed is watched in its turn.
  if (!went) return false;
  await new Alerts(database.db, clientId).raise(_id, {
    key: `went-back:${_id}:${version}`,
    level: 'urgent',
    title: `“${name}” went back to version ${to.version}`,
    text: `${reason} The draft is kept. What failed waits under Dead letters: retry it there, it runs by the version of before.`,
    quietHours: 0,
  });
  return true;
}
