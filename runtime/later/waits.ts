/** Messages that wait for a moment: on disk, until the inbox has them. */
import { Binary, type Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { openInbox } from '../events/inbox.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import { type Continued, continuedBody } from './continued.ts';
import type { Address } from './later-effects.ts';

interface WaitDocument {
  /** `<client>/<key of the item>/<output>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly nodeId: string;
  readonly partition: string;
  readonly dueAt: Date;
  readonly body: Binary;
}

/** What is let go on at a time. */
const TOGETHER_MAX = 200;

export class Waits {
  /** Many that are due at one moment cost few writes; they keep their order. */
  readonly #accept: ReturnType<typeof openInbox>;
  readonly #clientId: ClientId;
  readonly #waits: ClientCollection<WaitDocument>;

  constructor(db: Db, clientId: ClientId) {
    this.#accept = openInbox(() => db);
    this.#clientId = clientId;
    this.#waits = new ClientCollection(db, 'waits', clientId);
  }

  /** Keeps a message until its moment. What is kept under its key already stays as it is. */
  async hold(key: string, to: Address, partition: string, continued: Continued, dueAt: Date): Promise<void> {
    await this.#waits.insertIfAbsent({
      _id: `${this.#clientId}/${key}/${continued.output}`,
      clientId: this.#clientId,
      ...to,
      partition,
      dueAt,
      body: new Binary(continuedBody(continued)),
    });
  }

  /** Gives the inbox what is due, of these flows. @returns how many. */
  async release(now: Date, pipelines: readonly PipelineId[]): Promise<number> {
    const due = await this.#waits
      .find({ dueAt: { $lte: now }, pipelineId: { $in: [...pipelines] } })
      .sort({ dueAt: 1 })
      .limit(TOGETHER_MAX)
      .toArray();
    await Promise.all(
      due.map(({ _id, pipelineId, nodeId, partition, body }) =>
        this.#accept({
          clientId: this.#clientId,
          source: 'syncflow',
          topic: 'flow.continued',
          dedupeKey: `wait:${_id}`,
          partition,
          body: Buffer.from(body.value()),
          to: { pipelineId, nodeId },
        }),
      ),
    );
    if (due.length > 0) await this.#waits.deleteMany({ _id: { $in: due.map(({ _id }) => _id) } });
    return due.length;
  }

  /** When the next of these flows is due; null: nothing waits. */
  async nextAt(pipelines: readonly PipelineId[]): Promise<Date | null> {
    if (pipelines.length === 0) return null;
    const [next] = await this.#waits
      .find({ pipelineId: { $in: [...pipelines] } }, { projection: { dueAt: 1 } })
      .sort({ dueAt: 1 })
      .limit(1)
      .toArray();
    return next?.dueAt ?? null;
  }
}
