/** Switches a template on as a flow, with its first sync, and takes both back. */

import type { Db } from 'mongodb';
import type { Database } from '#runtime/database/open-database.ts';
import { type ClientId, PipelineId } from '#runtime/ids.ts';
import { importsOf } from '#runtime/listings/import-document.ts';
import { Drafts } from '#runtime/pipelines/drafts.ts';
import { pipelinesOf, removePipeline, savePipeline } from '#runtime/pipelines/pipeline-model.ts';
import { Versions } from '#runtime/pipelines/versions.ts';
import { askForLookBack } from '#runtime/polling/look-back.ts';
import { fillIn, type Template } from '#templates/define-template.ts';
import { beginFirstSync, takeBackFirstSync } from './first-sync.ts';
import type { WizardDocument, Wizards } from './wizard-store.ts';

/** As far back as Shopify shows orders without asking for more rights. */
const FETCHED_MS_MAX = 60 * 24 * 60 * 60_000;

interface Parts {
  readonly database: Database;
  readonly clientId: ClientId;
  readonly wizards: Wizards;
}

/** Units that no shop may sell by these parameters: the first sync leaves them out as the flow does later. */
export function bufferOf(template: Template, parameters: Readonly<Record<string, unknown>>): number {
  const { graph } = fillIn(template, parameters);
  const publish = graph.nodes.find(({ type }) => type === 'publish-stock');
  return typeof publish?.config.buffer === 'number' ? publish.config.buffer : 0;
}

/**
 * First the flow, then what the shops shall show: a sale in between is in the flow's hands. May be repeated after a failure in
 * the middle: the flow is made once, and what was written down stays.
 * @throws {ZodError} when a parameter is not right.
 */
export async function switchOn(
  { database, clientId, wizards }: Parts,
  wizard: WizardDocument,
  template: Template,
  by: string,
): Promise<PipelineId> {
  const filled = fillIn(template, wizard.parameters);
  const id = PipelineId.parse(`flow-${wizard._id}`);
  const there = (await pipelinesOf(database.models, clientId)).some(({ _id }) => _id === id);
  if (!there) {
    await savePipeline(database.models, {
      ...filled,
      _id: id,
      clientId,
      version: 1,
      deployed: { note: 'Switched on by the set-up', by, at: new Date() },
      state: 'running',
      createdAt: new Date(),
    });
  }
  if (template.writesStock) {
    await fetchSinceCounted(database.db, clientId);
    await beginFirstSync(database.db, clientId, wizard._id, bufferOf(template, wizard.parameters));
  }
  await wizards.change(wizard._id, ['open', 'undone'], { state: 'on', pipelineId: id });
  return id;
}

/** What shops have sold between their first count and now came when no flow was there to book it: it is fetched. */
async function fetchSinceCounted(db: Db, clientId: ClientId): Promise<void> {
  const until = new Date();
  for await (const { _id: connectionId, openedAt } of importsOf({ db, clientId }).find({})) {
    const since = new Date(Math.max(openedAt.getTime(), until.getTime() - FETCHED_MS_MAX));
    await askForLookBack({ db, clientId, connectionId }, since, until);
  }
}

/** Removes the flow, then has the shops show what they showed before. May be repeated. */
export async function undo(
  { database, clientId, wizards }: Parts,
  wizard: WizardDocument,
): Promise<{ readonly restored: number; readonly kept: number }> {
  const id = PipelineId.parse(`flow-${wizard._id}`);
  await removePipeline(database.models, clientId, id);
  await new Drafts(database.db, clientId).remove(id);
  await new Versions(database.db, clientId).removeAll(id);
  const outcome = await takeBackFirstSync(database.db, clientId, wizard._id);
  await wizards.change(wizard._id, ['on'], { state: 'undone', pipelineId: null, step: 'check' });
  return outcome;
}
