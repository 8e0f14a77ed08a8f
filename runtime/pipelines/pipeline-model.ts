/** Pipelines as they are kept: edited by people, so a Mongoose model. */
import { type Connection, type Model, Schema } from 'mongoose';
import type { ClientId, PipelineId } from '../ids.ts';
import { Graph } from './graph.ts';

/** A pipeline that killed its runner again and again. */
export interface SafeMode {
  readonly reason: string;
  readonly at: Date;
}

export interface PipelineDocument {
  readonly _id: PipelineId;
  readonly clientId: ClientId;
  readonly name: string;
  /** The template that it was made from. */
  readonly template: string;
  /** The parameters that the template was filled in with. */
  readonly parameters: Record<string, unknown>;
  readonly graph: Graph;
  /** Grows by one at every deploy. */
  readonly version: number;
  readonly state: 'running' | 'paused';
  /** Why it is paused, when it was not a person who paused it: its events wait as dead letters until it is resumed. */
  readonly safeMode?: SafeMode | null;
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
    state: { type: String, enum: ['running', 'paused'], required: true },
    safeMode: { type: Schema.Types.Mixed },
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

/** Keeps a pipeline; a first one is made, a changed one replaced. @throws Mongoose's ValidationError. */
export async function savePipeline(connection: Connection, pipeline: PipelineDocument): Promise<void> {
  const { _id, clientId } = pipeline;
  await model(connection).findOneAndReplace({ _id, clientId }, pipeline, {
    upsert: true,
    runValidators: true,
  });
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
