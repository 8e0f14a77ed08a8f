/**
 * The dispatcher of one client: takes queued events from the inbox under a lease and runs them. Events of one
 * partition run one after another in the order of their arrival; others side by side.
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { Db, ObjectId } from 'mongodb';
import { Activity } from '../activity.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import { Rest } from '../rest.ts';
import type { EventDocument, IncomingEvent } from './event.ts';
import { endOfFailed } from './event-failed.ts';
import { EventLeases } from './event-leases.ts';
import type { DeadRunner } from './free-leases.ts';
import { DEFAULT_RETRY, type RetryPolicy } from './retry-policy.ts';

export interface DispatcherOptions {
  /** Names the process that holds the leases: see `runnerNameOf`. */
  readonly runner: string;
  /** Runs every flow that wants the event; ends when the last of them has ended, and throws what failed. */
  readonly run: (event: IncomingEvent, signal: AbortSignal) => Promise<void>;
  /** Told of each event that came to an end. */
  readonly ended: (event: IncomingEvent, state: EventDocument['state']) => void;
  /** Told of events that became dead letters since their runners died. */
  readonly gaveUp?: (events: number) => void;
  readonly retry?: RetryPolicy;
  /** Events that run side by side. */
  readonly runningMax?: number;
  readonly leaseMs?: number;
  /** How often the inbox is looked at when nobody wakes us. */
  readonly pollMs?: number;
  /** Of the client; without it, of this dispatcher alone. */
  readonly activity?: Activity;
}

type Waiting = Pick<EventDocument, '_id' | 'partition' | 'state' | 'nextTryAt' | 'crashes'>;
const WAITING = { partition: 1, state: 1, nextTryAt: 1, crashes: 1 };
interface Running {
  readonly document: EventDocument;
  /** A runner died while this event ran before: until then no other such event runs beside it. */
  readonly aloneUntilMs: number;
  readonly giveUp: AbortController;
  readonly done: Promise<void>;
}
/** Enough to fill all places, also where some events wait for others of their partition. */
const FETCHED_MAX = 48;
/** An event that kills its runner does so soon, as a rule. */
const SUSPECT_ALONE_MS = 5_000;
const RETRIES_MAX = 20_000;
/** Tries that are due may start so much late, and a little more for each of many that wait: all of them are read. */
const RETRIES_READ_MS = 500;
const RETRIES_READ_MS_EACH = 1;
/** While nothing happens, leases that nobody keeps are looked for at every so manieth renewal. */
const CALM_RENEWALS = 6;
/** The database is away: how often an end is tried to be written. */
const WRITE_AGAIN_MS = 500;

export class Dispatcher {
  readonly #events: ClientCollection<EventDocument>;
  readonly #options: Required<DispatcherOptions>;
  readonly #leases: EventLeases;
  readonly #running = new Map<string, Running>();
  /** Partitions whose first event waits for its next try: later events of them wait behind it. */
  readonly #heldBack = new Set<string>();
  /** By the clock that is never set back. */
  #retriesDueMs = Number.NEGATIVE_INFINITY;
  /** When the next of those that wait for their next try is due. */
  #nextTryAtMs = Number.POSITIVE_INFINITY;
  readonly #freesNow: () => boolean;
  #failuresSeen = 0;
  readonly #stopping = new AbortController();
  readonly #rest = new Rest();
  #loop: Promise<void> = Promise.resolve();
  #renewal: NodeJS.Timeout | undefined;
  #forget: () => void = () => {};

  constructor(db: Db, clientId: ClientId, options: DispatcherOptions) {
    this.#events = new ClientCollection(db, 'events', clientId);
    this.#options = {
      gaveUp: () => {},
      retry: DEFAULT_RETRY,
      runningMax: 16,
      leaseMs: 30_000,
      pollMs: 1_000,
      activity: new Activity(),
      ...options,
    };
    this.#freesNow = this.#options.activity.turns(CALM_RENEWALS);
    this.#leases = new EventLeases(this.#events, options.runner, this.#options.leaseMs);
  }

  /** Starts taking events. Leases of runners that are known to be dead are freed at once. */
  async start(deadRunners: readonly DeadRunner[] = []): Promise<void> {
    this.#tellGivenUp(await this.#leases.bury(deadRunners));
    // While the database is away nothing is renewed or freed; the next turn of the interval tries again.
    this.#renewal = setInterval(() => void this.#renew().catch(() => {}), this.#options.leaseMs / 3);
    this.#forget = this.#options.activity.onStir(() => this.wake());
    this.#loop = this.#run();
  }

  /** There may be something new in the inbox. */
  wake(): void {
    this.#rest.wake();
  }

  /**
   * Takes nothing new, and ends when what runs has ended. What runs longer than `graceMs` is told to give up, and is
   * handed back to the queue: whoever takes it next runs it again.
   * @returns how many events were handed back.
   */
  async stop(graceMs = 10_000): Promise<number> {
    this.#stopping.abort();
    this.#forget();
    this.#rest.stop();
    await this.#loop;
    const grace = new AbortController();
    const ended = Promise.all([...this.#running.values()].map(({ done }) => done));
    await Promise.race([ended, wait(graceMs, undefined, { signal: grace.signal }).catch(() => {})]);
    grace.abort();
    clearInterval(this.#renewal);
    for (const { giveUp } of this.#running.values()) giveUp.abort();
    if (this.#running.size === 0) return 0;
    // While the database is away the leases stay, and run out.
    return await this.#leases.handBack().catch(() => 0);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#rest.begin();
      const taken = await this.#take().catch(() => 0);
      if (taken > 0) this.#options.activity.stir();
      else await this.#rest.rest(this.#restMs());
    }
  }

  #restMs(): number {
    const { activity, pollMs } = this.#options;
    const dueInMs = Math.max(this.#nextTryAtMs - Date.now(), RETRIES_READ_MS);
    return Math.min(activity.restMs(pollMs), dueInMs);
  }

  /** Leases what may run now and starts it. @returns how many were started. */
  async #take(): Promise<number> {
    const room = this.#options.runningMax - this.#running.size;
    if (room <= 0) return 0;
    await this.#leases.handBackUntold();
    const now = new Date();
    const running = [...this.#running.values()];
    const busy = new Set(running.map(({ document }) => document.partition));
    const waiting = await this.#waiting(now, busy);
    // One suspect at a time: if a runner dies again, it is known which event was guilty.
    let suspectRuns = running.some(({ aloneUntilMs }) => aloneUntilMs > now.getTime());
    const chosen: ObjectId[] = [];
    for (const { _id, partition, state, crashes } of waiting) {
      if (chosen.length === room) break;
      if (this.#running.has(_id.toHexString()) || busy.has(partition)) continue;
      if (state === 'queued' && this.#heldBack.has(partition)) continue;
      busy.add(partition);
      if (crashes > 0 && suspectRuns) continue;
      suspectRuns ||= crashes > 0;
      chosen.push(_id);
    }
    if (chosen.length === 0) return 0;
    const leased = await this.#leases.take(chosen);
    for (const event of leased) this.#start(event);
    return leased.length;
  }

  /**
   * The oldest events that may run, those that are due again first. What must wait for others of its partition is left out by
   * the question itself: however much of it there is, it hides nothing behind it.
   */
  async #waiting(now: Date, busy: ReadonlySet<string>): Promise<Waiting[]> {
    const retries = performance.now() >= this.#retriesDueMs ? await this.#readRetries(now) : [];
    const shut = [...busy, ...this.#heldBack];
    const queued = await this.#events
      .find(
        { state: 'queued', ...(shut.length > 0 && { partition: { $nin: shut } }) },
        { projection: WAITING },
      )
      .sort({ _id: 1 })
      .limit(FETCHED_MAX)
      .toArray();
    return [...retries, ...queued];
  }

  /** Events that wait for their next try hold their partitions back; those that are due may run. */
  async #readRetries(now: Date): Promise<Waiting[]> {
    const failedBefore = this.#failuresSeen;
    const retries = await this.#events
      .find({ state: 'retry' }, { projection: WAITING })
      .sort({ _id: 1 })
      .limit(RETRIES_MAX)
      .toArray();
    this.#retriesDueMs = performance.now() + RETRIES_READ_MS + retries.length * RETRIES_READ_MS_EACH;
    // One that failed while we read may be missing in what we read: its partition must stay held back.
    if (this.#failuresSeen === failedBefore) this.#heldBack.clear();
    for (const { partition } of retries) this.#heldBack.add(partition);
    const later = retries.filter(({ nextTryAt }) => nextTryAt !== null && nextTryAt > now);
    this.#nextTryAtMs = Math.min(...later.map(({ nextTryAt }) => Number(nextTryAt)));
    return retries.filter(({ nextTryAt }) => nextTryAt === null || nextTryAt <= now);
  }

  #start(document: EventDocument): void {
    const id = document._id.toHexString();
    const giveUp = new AbortController();
    const done = this.#handle(document, giveUp.signal).finally(() => {
      this.#running.delete(id);
      this.wake();
    });
    const aloneUntilMs = document.crashes > 0 ? Date.now() + SUSPECT_ALONE_MS : 0;
    this.#running.set(id, { document, aloneUntilMs, giveUp, done });
  }

  async #handle(document: EventDocument, givenUp: AbortSignal): Promise<void> {
    const event = incomingOf(document);
    let end: Partial<EventDocument>;
    try {
      await this.#options.run(event, givenUp);
      end = { state: 'done', failure: null, crashes: 0, interruptions: 0, endedAt: new Date() };
    } catch (error) {
      end = endOfFailed(error, document, this.#options.retry);
    }
    // Given up: the lease is no longer ours, or is handed back. Whoever runs it next writes its end.
    if (givenUp.aborted) return;
    const isRetried = end.state === 'retry';
    if (isRetried) this.#holdBack(document);
    if (!(await this.#writeEnd(document, end, givenUp))) return;
    // Who read the retries meanwhile did not see it, and let its partition go.
    if (isRetried) this.#holdBack(document);
    this.#options.ended(event, end.state ?? 'done');
  }

  #holdBack({ partition }: EventDocument): void {
    this.#heldBack.add(partition);
    this.#failuresSeen += 1;
  }

  /** Until it is written: an event that has ended must not run again only since the database was away for a moment. */
  async #writeEnd(
    document: EventDocument,
    end: Partial<EventDocument>,
    givenUp: AbortSignal,
  ): Promise<boolean> {
    while (!givenUp.aborted) {
      try {
        return await this.#leases.end(document, end);
      } catch {
        await wait(WRITE_AGAIN_MS);
      }
    }
    return false;
  }

  /** Keeps our own leases, gives up what others have taken over, and frees what nobody keeps any more. */
  async #renew(): Promise<void> {
    const ids = [...this.#running.values()].map(({ document }) => document._id);
    if (!(await this.#leases.renew(ids))) {
      for (const id of await this.#leases.lost(ids)) this.#running.get(id.toHexString())?.giveUp.abort();
    }
    if (this.#freesNow()) this.#tellGivenUp(await this.#leases.freeExpired());
  }

  #tellGivenUp(deadLetters: number): void {
    if (deadLetters > 0) this.#options.gaveUp(deadLetters);
  }
}

function incomingOf(document: EventDocument): IncomingEvent {
  const { _id, source, topic, receivedAt, failures, flows, partition, to } = document;
  const body = Buffer.from(document.body.value());
  const event = { id: _id.toHexString(), source, topic, receivedAt, body, failures, flows, partition };
  return to ? { ...event, to } : event;
}
