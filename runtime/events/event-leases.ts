/** The leases that one runner holds on one client's events: taken, kept, given back, and ended. */
import { randomUUID } from 'node:crypto';
import type { ObjectId } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import type { EventDocument } from './event.ts';
import { buryRunners, type DeadRunner, freeLeases, handBack } from './free-leases.ts';
import { isGone } from './runner-name.ts';

export class EventLeases {
  readonly #events: ClientCollection<EventDocument>;
  readonly #runner: string;
  readonly #leaseMs: number;
  /** A claim of which we were never told whether it was written. */
  #untold: string | null = null;

  constructor(events: ClientCollection<EventDocument>, runner: string, leaseMs: number) {
    this.#events = events;
    this.#runner = runner;
    this.#leaseMs = leaseMs;
  }

  /** Leases those of the events that are still free. @returns those that are ours now. */
  async take(ids: readonly ObjectId[]): Promise<EventDocument[]> {
    const claim = randomUUID();
    const lease = { runner: this.#runner, claim, until: this.#until() };
    const free: EventDocument['state'][] = ['queued', 'retry'];
    this.#untold = claim;
    await this.#events.updateMany(
      { _id: { $in: [...ids] }, state: { $in: free } },
      { $set: { state: 'running', lease } },
    );
    const ours = await this.#events.find({ _id: { $in: [...ids] }, 'lease.claim': claim }).toArray();
    this.#untold = null;
    return ours;
  }

  /** Puts back what the database leased to us just before it died, if it did: nobody would run it until the lease is over. */
  async handBackUntold(): Promise<void> {
    if (this.#untold === null) return;
    await handBack(this.#events, { 'lease.claim': this.#untold });
    this.#untold = null;
  }

  /** Writes how an event ended. @returns false when the lease was lost: another runner runs it again. */
  async end({ _id, lease }: EventDocument, end: Partial<EventDocument>): Promise<boolean> {
    const written = await this.#events.updateOne(
      { _id, 'lease.claim': lease?.claim ?? '' },
      { $set: { ...end, lease: null } },
    );
    return written.matchedCount === 1;
  }

  /** Makes the leases of these events last longer. @returns false when some of them are lost. */
  async renew(ids: readonly ObjectId[]): Promise<boolean> {
    if (ids.length === 0) return true;
    const renewed = await this.#events.updateMany(
      { _id: { $in: [...ids] }, state: 'running', 'lease.runner': this.#runner },
      { $set: { 'lease.until': this.#until() } },
    );
    return renewed.matchedCount === ids.length;
  }

  /** Of these events, those that are no longer ours. */
  async lost(ids: readonly ObjectId[]): Promise<ObjectId[]> {
    const ours = await this.#events
      .find(
        { _id: { $in: [...ids] }, state: 'running', 'lease.runner': this.#runner },
        { projection: { _id: 1 } },
      )
      .toArray();
    const kept = new Set(ours.map(({ _id }) => _id.toHexString()));
    return ids.filter((id) => !kept.has(id.toHexString()));
  }

  /** Puts what we still hold back into the queue. @returns how many events. */
  async handBack(): Promise<number> {
    return await handBack(this.#events, { 'lease.runner': this.#runner });
  }

  /** Takes back the leases that their runners no longer keep. @returns how many events became dead letters. */
  async freeExpired(): Promise<number> {
    return await freeLeases(this.#events, { 'lease.until': { $lt: new Date() } });
  }

  /**
   * Takes back the leases of runners that are known to be dead, and of those that died with an earlier start of
   * SyncFlow on this machine. @returns how many events became dead letters.
   */
  async bury(known: readonly DeadRunner[]): Promise<number> {
    const running = await this.#events
      .find({ state: 'running' }, { projection: { 'lease.runner': 1 } })
      .toArray();
    const holders = new Set(running.flatMap(({ lease }) => (lease ? [lease.runner] : [])));
    const named = new Set(known.map(({ runner }) => runner));
    const found = [...holders].filter((runner) => !named.has(runner) && isGone(runner));
    return await buryRunners(this.#events, [
      ...known.filter(({ runner }) => holders.has(runner)),
      ...found.map((runner) => ({ runner, eventId: null })),
    ]);
  }

  #until(): Date {
    return new Date(Date.now() + this.#leaseMs);
  }
}
