/** Pipelines as they are kept: edited by people, so a Mongoose model. */
import { type Connection, type Model, Schema } from 'mongoose';
import type { ClientId, PipelineId } from '../ids.ts';
import { Graph } from './graph.ts';

/** A pipeline that killed its runner again and again. */
export interface SafeMode {
  readonly reason: string;
  readonly at: Date;
}

/** A deploy that was taken back by itself, since too much failed after it. */
export interface WentBack {
  /** The version that failed, and the one that runs again. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly at: Date;
}

export interface DeployNote {
  readonly note: string;
  readonly by: string;
  readonly at: Date;
}

export interface PipelineDocument {
  readonly _id: PipelineId;
  readonly clientId: ClientId;
  readonly name: string;
  /** The template that it was made from; `own`: from an empty canvas. */
  readonly template: string;
  /** The parameters that the template was filled in with. */
  readonly parameters: Record<string, unknown>;
  readonly graph: Graph;
  /** Grows by one at every deploy; 0: made, and never deployed. */
  readonly version: number;
  /** Who deployed it, and why. Absent: it was set up with its client. */
  readonly deployed?: DeployNote;
  readonly state: 'running' | 'paused';
  /** Why it is paused, when it was not a person who paused it: its events wait as dead letters until it is resumed. */
  readonly safeMode?: SafeMode | null;
  /** What runs is not what was deployed last by a person; gone at their next deploy. */
  readonly wentBack?: WentBack | null;
  readonly createdAt: Date;
}

const schema = new Schema<PipelineDocument>(
  {
    _id: { type: String, required: true },
    clientId: { type: String, required: true },
    name: { type: String, required: true, maxlength: 80 },
    template: { type: String, required: true },
    parameters: { type: Schema.Types.Mixed, required: true },
    graph: {
      type: Schema.Types.Mixed,
      required: true,
      validate: {
        validator: (graph: unknown) => Graph.safeParse(graph).success,
        message: 'is no graph of nodes',
      },
    },
    version: { type: Number, required: true },
    deployed: { type: Schema.Types.Mixed },
    state: { type: String, enum: ['running', 'paused'], required: true },
    safeMode: { type: Schema.Types.Mixed },
    wentBack: { type: Schema.Types.Mixed },
    createdAt: { type: Date, required: true },
  },
  { minimize: false, versionKey: false, collection: 'pipelines' },
);

/** The model on one connection. Every query must name the client; `pipelinesOf` does. */
function model(connection: Connection): Model<PipelineDocument> {
  const known = connection.models.Pipeline as Model<PipelineDocument> | undefined;
  return known ?? connection.model<PipelineDocument>('Pipeline', schema);
}

/** A client's pipelines, oldest first. */
export async function pipelinesOf(connection: Connection, clientId: ClientId): Promise<PipelineDocument[]> {
  return await model(connection).find({ clientId }).sort({ createdAt: 1 }).lean<PipelineDocument[]>();
}

/** The clients that have a node of one of these types in any of their pipelines. */
export async function clientsWithNodes(
  connection: Connection,
  types: readonly string[],
): Promise<ReadonlySet<ClientId>> {
  if (types.length === 0) return new Set();
  return new Set(await model(connection).distinct('clientId', { 'graph.nodes.type': { $in: types } }));
}

/** Keeps a pipeline; a first one is made, a changed one replaced. @throws Mongoose's ValidationError. */
export async function savePipeline(connection: Connection, pipeline: PipelineDocument): Promise<void> {
  const { _id, clientId } = pipeline;
  await model(connection).findOneAndReplace({ _id, clientId }, pipeline, {
    upsert: true,
    runValidators: true,
  });
}

/** One pipeline of the client; null when there is none such. */
export async function pipelineOf(
  connection: Connection,
  clientId: ClientId,
  id: PipelineId,
): Promise<PipelineDocument | null> {
  return await model(connection).findOne({ _id: id, clientId }).lean<PipelineDocument>();
}

/**
 * Replaces what is deployed, on the condition that it still is the version that the caller has read.
 * @returns false when it is not: nothing was changed.
 */
export async function replaceDeployed(
  connection: Connection,
  { _id, clientId, version }: PipelineDocument,
  next: Pick<PipelineDocument, 'name' | 'graph' | 'version' | 'deployed' | 'wentBack'>,
): Promise<boolean> {
  const replaced = await model(connection).updateOne(
    { _id, clientId, version },
    { $set: { wentBack: null, ...next } },
    { runValidators: true },
  );
  return replaced.matchedCount === 1;
}

/** Pauses it by a person's wish: events pass it by from now on. @returns false when it did not run. */
export async function pausePipeline(
  connection: Connection,
  clientId: ClientId,
  id: PipelineId,
): Promise<boolean> {
  const paused = await model(connection).updateOne(
    { _id: id, clientId, state: 'running' },
    { $set: { state: 'paused', safeMode: null } },
  );
  return paused.modifiedCount === 1;
}

/** Removes a pipeline. What it did stays: orders, stock, executions. @returns false when there is none such. */
export async function removePipeline(
  connection: Connection,
  clientId: ClientId,
  id: PipelineId,
): Promise<boolean> {
  return (await model(connection).deleteOne({ _id: id, clientId })).deletedCount === 1;
}

/** Pauses a pipeline that runs, for a reason that the page shows. @returns its name; null when it did not run. */
export async function pauseForSafety(
  connection: Connection,
  clientId: ClientId,
  id: PipelineId,
  safeMode: SafeMode,
): Promise<string | null> {
  const paused = await model(connection)
    .findOneAndUpdate({ _id: id, clientId, state: 'running' }, { $set: { state: 'paused', safeMode } })
    .lean<PipelineDocument>();
  return paused?.name ?? null;
}

/** Lets a paused pipeline run again. @returns false when there is none such. */
export async function resumePipeline(
  connection: Connection,
  clientId: ClientId,
  id: PipelineId,
): Promise<boolean> {
  const resumed = await model(connection).updateOne(
    { _id: id, clientId, state: 'paused' },
    { $set: { state: 'running', safeMode: null } },
  );
  return resumed.modifiedCount === 1;
}
