/** What people are changing, beside what is deployed. Saved whole, with a revision, so that nothing is overwritten unseen. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { Graph } from './graph.ts';

export interface DraftDocument {
  /** `<client>/<pipeline>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly name: string;
  readonly graph: Graph;
  /** Grows by one at every save. A pipeline that nobody has changed has the revision 0, and no document. */
  readonly revision: number;
  readonly changedAt: Date;
  readonly changedBy: string;
}

export interface DraftSave {
  /** The revision that the change was made from. */
  readonly revision: number;
  readonly name: string;
  readonly graph: Graph;
  readonly by: string;
}

/** The drafts of one client. */
export class Drafts {
  readonly #drafts: ClientCollection<DraftDocument>;
  readonly #clientId: ClientId;

  constructor(db: Db, clientId: ClientId) {
    this.#drafts = new ClientCollection(db, 'drafts', clientId);
    this.#clientId = clientId;
  }

  /** null: nobody has changed the pipeline since it was made. */
  async of(pipelineId: PipelineId): Promise<DraftDocument | null> {
    return await this.#drafts.findOne({ _id: this.#idOf(pipelineId) });
  }

  /** All of the client, for lists. */
  async all(): Promise<DraftDocument[]> {
    return await this.#drafts.find({}).toArray();
  }

  /** @returns the new revision; null when somebody saved another one meanwhile: nothing was changed then. */
  async save(
    pipelineId: PipelineId,
    { revision, name, graph, by }: DraftSave,
    at = new Date(),
  ): Promise<number | null> {
    const _id = this.#idOf(pipelineId);
    const content = { name, graph, changedAt: at, changedBy: by };
    if (revision === 0) {
      const draft = { _id, clientId: this.#clientId, pipelineId, revision: 1, ...content };
      return (await this.#drafts.insertIfAbsent(draft)) ? 1 : null;
    }
    const saved = await this.#drafts.updateOne({ _id, revision }, { $set: content, $inc: { revision: 1 } });
    return saved.matchedCount === 1 ? revision + 1 : null;
  }

  async remove(pipelineId: PipelineId): Promise<void> {
    await this.#drafts.deleteOne({ _id: this.#idOf(pipelineId) });
  }

  #idOf(pipelineId: PipelineId): string {
    return `${this.#clientId}/${pipelineId}`;
  }
}
