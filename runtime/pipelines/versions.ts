/** What was deployed before: every deploy is a version with its author and note. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { Graph } from './graph.ts';
import type { PipelineDocument } from './pipeline-model.ts';

export interface VersionDocument {
  /** `<client>/<pipeline>/<version>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly version: number;
  readonly name: string;
  readonly graph: Graph;
  readonly note: string;
  readonly by: string;
  readonly at: Date;
}

/** A deployed state as a version. */
export function versionOf({
  _id,
  clientId,
  version,
  name,
  graph,
  deployed,
  createdAt,
}: PipelineDocument): VersionDocument {
  return {
    _id: `${clientId}/${_id}/${version}`,
    clientId,
    pipelineId: _id,
    version,
    name,
    graph,
    note: deployed?.note ?? '',
    by: deployed?.by ?? 'syncflow',
    at: deployed?.at ?? createdAt,
  };
}

/** The versions of one client that were replaced. The one that is deployed stands in the pipeline itself. */
export class Versions {
  readonly #versions: ClientCollection<VersionDocument>;

  constructor(db: Db, clientId: ClientId) {
    this.#versions = new ClientCollection(db, 'versions', clientId);
  }

  /** Keeps it; keeping it again changes nothing. */
  async keep(version: VersionDocument): Promise<void> {
    await this.#versions.insertIfAbsent(version);
  }

  /** Newest first, at most `limit`, all below the version that is deployed. */
  async before(pipelineId: PipelineId, version: number, limit: number): Promise<VersionDocument[]> {
    return await this.#versions
      .find({ pipelineId, version: { $lt: version } })
      .sort({ version: -1 })
      .limit(limit)
      .toArray();
  }

  async one(pipelineId: PipelineId, version: number): Promise<VersionDocument | null> {
    return await this.#versions.findOne({ pipelineId, version });
  }

  async removeAll(pipelineId: PipelineId): Promise<void> {
    await this.#versions.deleteMany({ pipelineId });
  }
}
