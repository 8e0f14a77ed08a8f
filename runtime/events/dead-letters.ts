/** Dead letters: events that failed for good, kept whole until somebody, or what they failed by, lets them run again. */
import type { Db, Filter, ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { Cause } from '../errors.ts';
import type { ClientId } from '../ids.ts';
import { type EventDocument, QUEUED_ANEW } from './event.ts';

/** How often a dead letter goes back into the queue by itself before only a person puts it there. */
const RECOVERIES_MAX = 5;

export class DeadLetters {
  readonly #events: ClientCollection<EventDocument>;

  constructor(db: Db, clientId: ClientId) {
    this.#events = new ClientCollection(db, 'events', clientId);
  }

  /**
   * Puts these dead letters back into the queue, for a person: they run through the flows as those are now, with all
   * their tries before them. Flows that ended well are not run again.
   * @param ids all of them without it.
   * @returns how many.
   */
  async retry(ids?: readonly ObjectId[]): Promise<number> {
    return await this.#requeue(ids ? { _id: { $in: [...ids] } } : {}, { recoveries: 0 });
  }

  /** What the dead letters failed by, as far as it is known, of those that may still go back by themselves. */
  async causes(): Promise<Cause[]> {
    const found = await this.#events.aggregate<{ _id: Cause }>([
      { $match: { state: 'dead', recoveries: { $lt: RECOVERIES_MAX }, 'failure.about': { $ne: null } } },
      { $group: { _id: '$failure.about' } },
    ]);
    return found.map(({ _id }) => _id);
  }

  /** Puts those back into the queue that failed by what is well again. @returns how many. */
  async recover({ kind, id }: Cause, failedBefore: Date): Promise<number> {
    return await this.#requeue(
      {
        recoveries: { $lt: RECOVERIES_MAX },
        'failure.about.kind': kind,
        'failure.about.id': id,
        'failure.at': { $lte: failedBefore },
      },
      null,
    );
  }

  async #requeue(filter: Filter<EventDocument>, set: Partial<EventDocument> | null): Promise<number> {
    const requeued = await this.#events.updateMany(
      { ...filter, state: 'dead' },
      {
        $set: { ...QUEUED_ANEW, 'flows.givenUp': [], ...set },
        ...(set ? {} : { $inc: { recoveries: 1 } }),
      },
    );
    return requeued.modifiedCount;
  }
}
