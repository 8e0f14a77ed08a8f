/** Puts a draft to work: the deployed state becomes a version, and the draft takes its place. */
import type { Database } from '../database/open-database.ts';
import type { FlowProblem } from '../flow/flow-problem.ts';
import type { ConnectionFact } from '../flow/node-description.ts';
import { clientFactsOf } from './client-facts.ts';
import type { Graph } from './graph.ts';
import type { NodeTypes } from './node-type.ts';
import { type PipelineDocument, replaceDeployed } from './pipeline-model.ts';
import { validateGraph } from './validate.ts';
import { Versions, versionOf } from './versions.ts';

export interface DeployRequest {
  readonly database: Database;
  readonly types: NodeTypes;
  readonly connections: readonly ConnectionFact[];
  /** As it is deployed now. */
  readonly pipeline: PipelineDocument;
  readonly name: string;
  readonly graph: Graph;
  readonly note: string;
  readonly by: string;
}

export type Deployed =
  | { readonly ok: true; readonly version: number }
  /** It can't run. Nothing was changed. */
  | { readonly ok: false; readonly problems: readonly FlowProblem[] }
  /** Somebody deployed another state meanwhile. Nothing was changed. */
  | { readonly ok: false; readonly overtaken: true };

/** Deploys; the caller then lets runners take it up. */
export async function deployPipeline(request: DeployRequest): Promise<Deployed> {
  const { database, types, connections, pipeline, name, graph, note, by } = request;
  const facts = await clientFactsOf(database, types, pipeline.clientId, pipeline._id);
  const problems = validateGraph(graph, types, connections, facts);
  if (problems.length > 0) return { ok: false, problems };
  // Version 0 was never deployed: there is nothing to keep.
  if (pipeline.version > 0) await new Versions(database.db, pipeline.clientId).keep(versionOf(pipeline));
  const version = pipeline.version + 1;
  const replaced = await replaceDeployed(database.models, pipeline, {
    name,
    graph,
    version,
    deployed: { note, by, at: new Date() },
  });
  return replaced ? { ok: true, version } : { ok: false, overtaken: true };
}
