/**
 * The dispatcher of one client: takes queued events from the inbox under a lease and runs them. Events of one
 * partition run one after another in the order of their arrival; others side by side.
 */
import { randomUUID } from 'node:crypto';
import type { Db, ObjectId } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { codeOf, Rejected, verdictOf } from '../errors.ts';
import type { ClientId } from '../ids.ts';
import type { EventDocument, EventFailure, IncomingEvent } from './event.ts';
import { freeLeases } from './free-leases.ts';
import { DEFAULT_RETRY, nextDelayMs, type RetryPolicy } from './retry-policy.ts';

export interface DispatcherOptions {
  /** Names the process that holds the leases. */
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
}

type Waiting = Pick<EventDocument, '_id' | 'partition' | 'state' | 'nextTryAt' | 'crashes'>;
const WAITING = { partition: 1, state: 1, nextTryAt: 1, crashes: 1 };
interface Running {
  readonly partition: string;
  /** A runner died while this event ran before: until then no other such event runs beside it. */
  readonly aloneUntilMs: number;
  readonly done: Promise<void>;
}
/** Enough to fill all places, also where some events wait for others of their partition. */
const FETCHED_MAX = 48;
/** An event that kills its runner does so soon, as a rule. */
const SUSPECT_ALONE_MS = 5_000;
const RETRIES_MAX = 1_000;
/** Tries that are due may start so much late. */
const RETRIES_READ_MS = 500;

export class Dispatcher {
  readonly #events: ClientCollection<EventDocument>;
  readonly #options: Required<DispatcherOptions>;
  readonly #running = new Map<string, Running>();
  /** Partitions whose first event waits for its next try: later events of them wait behind it. */
  readonly #heldBack = new Set<string>();
  #retriesReadAtMs = 0;
  #failuresSeen = 0;
  readonly #stopping = new AbortController();
  readonly #givenUp = new AbortController();
  #wake: () => void = () => {};
  #woken = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(db: Db, clientId: ClientId, options: DispatcherOptions) {
    this.#events = new ClientCollection(db, 'events', clientId);
    this.#options = {
      gaveUp: () => {},
      retry: DEFAULT_RETRY,
      runningMax: 16,
      leaseMs: 30_000,
      pollMs: 1_000,
      ...options,
    };
  }

  /** Starts taking events. Leases of a runner that is known to be dead are freed at once. */
  async start(deadRunners: readonly string[] = []): Promise<void> {
    if (deadRunners.length > 0) await this.#free({ 'lease.runner': { $in: [...deadRunners] } });
    this.#loop = this.#run();
  }

  /** There may be something new in the inbox. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Takes nothing new, and ends when what runs has ended; what runs longer than `graceMs` is told to give up. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
    const timer = setTimeout(() => this.#givenUp.abort(), graceMs);
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    // While the database is away nothing is renewed or freed; the next turn of the interval tries again.
    const renewal = setInterval(() => void this.#renew().catch(() => {}), this.#options.leaseMs / 3);
    try {
      while (!this.#stopping.signal.aborted) {
        this.#woken = false;
        const taken = await this.#take().catch(() => 0);
        if (taken === 0 && !this.#woken) await this.#pause();
      }
    } finally {
      clearInterval(renewal);
    }
  }

  async #pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Leases what may run now and starts it. @returns how many were started. */
  async #take(): Promise<number> {
    const room = this.#options.runningMax - this.#running.size;
    if (room <= 0) return 0;
    const now = new Date();
    const waiting = await this.#waiting(now);
    const running = [...this.#running.values()];
    const busy = new Set(running.map(({ partition }) => partition));
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
    const claim = randomUUID();
    const lease = {
      runner: this.#options.runner,
      claim,
      until: new Date(now.getTime() + this.#options.leaseMs),
    };
    const free: EventDocument['state'][] = ['queued', 'retry'];
    await this.#events.updateMany(
      { _id: { $in: chosen }, state: { $in: free } },
      { $set: { state: 'running', lease } },
    );
    const leased = await this.#events.find({ _id: { $in: chosen }, 'lease.claim': claim }).toArray();
    for (const event of leased) this.#start(event);
    return leased.length;
  }

  /** The oldest events that may run, those that are due again first. */
  async #waiting(now: Date): Promise<Waiting[]> {
    const retries =
      now.getTime() >= this.#retriesReadAtMs + RETRIES_READ_MS ? await this.#readRetries(now) : [];
    const queued = await this.#events
      .find({ state: 'queued' }, { projection: WAITING })
      .sort({ _id: 1 })
      .limit(FETCHED_MAX)
      .toArray();
    return [...retries, ...queued];
  }

  /** Events that wait for their next try hold their partitions back; those that are due may run. */
  async #readRetries(now: Date): Promise<Waiting[]> {
    this.#retriesReadAtMs = now.getTime();
    const failedBefore = this.#failuresSeen;
    const retries = await this.#events
      .find({ state: 'retry' }, { projection: WAITING })
      .sort({ _id: 1 })
      .limit(RETRIES_MAX)
      .toArray();
    // One that failed while we read may be missing in what we read: its partition must stay held back.
    if (this.#failuresSeen === failedBefore) this.#heldBack.clear();
    for (const { partition } of retries) this.#heldBack.add(partition);
    return retries.filter(({ nextTryAt }) => nextTryAt === null || nextTryAt <= now);
  }

  #start(document: EventDocument): void {
    const id = document._id.toHexString();
    const done = this.#handle(document).finally(() => {
      this.#running.delete(id);
      this.wake();
    });
    const aloneUntilMs = document.crashes > 0 ? Date.now() + SUSPECT_ALONE_MS : 0;
    this.#running.set(id, { partition: document.partition, aloneUntilMs, done });
  }

  async #handle(document: EventDocument): Promise<void> {
    const { _id, source, topic, receivedAt, partition, failures } = document;
    const body = Buffer.from(document.body.value());
    const event = { id: _id.toHexString(), source, topic, receivedAt, body, failures, partition };
    let end: Partial<EventDocument>;
    try {
      await this.#options.run(event, this.#givenUp.signal);
      end = { state: 'done', failure: null };
    } catch (error) {
      end = this.#failed(error, failures + 1);
    }
    if (end.state === 'retry') {
      this.#heldBack.add(partition);
      this.#failuresSeen += 1;
    }
    const at = new Date();
    const ended = end.state === 'done' || end.state === 'dead' ? at : null;
    await this.#events
      .updateOne(
        { _id, 'lease.runner': this.#options.runner },
        { $set: { ...end, crashes: 0, lease: null, endedAt: ended } },
      )
      // The lease runs out and the event runs again: every effect of it is done once all the same.
      .catch(() => {});
    this.#options.ended(event, end.state ?? 'done');
  }

  #failed(error: unknown, failures: number): Partial<EventDocument> {
    const now = Date.now();
    const verdict = verdictOf(error);
    const failure: EventFailure = {
      code: codeOf(error),
      reason: error instanceof Error ? error.message : String(error),
      fix: verdict instanceof Rejected ? verdict.fix : null,
      where:
        error instanceof Error && 'where' in error && typeof error.where === 'string' ? error.where : null,
      at: new Date(now),
    };
    const delayMs = nextDelayMs(error, failures, this.#options.retry, Math.random());
    return delayMs === null
      ? { state: 'dead', failures, failure }
      : { state: 'retry', failures, failure, nextTryAt: new Date(now + delayMs) };
  }

  /** Keeps our own leases, and frees those that other processes no longer keep. */
  async #renew(): Promise<void> {
    const now = Date.now();
    const until = new Date(now + this.#options.leaseMs);
    await this.#events.updateMany(
      { state: 'running', 'lease.runner': this.#options.runner },
      { $set: { 'lease.until': until } },
    );
    await this.#free({ 'lease.until': { $lt: new Date(now) } });
  }
  async #free(leases: Parameters<typeof freeLeases>[1]): Promise<void> {
    const dead = await freeLeases(this.#events, leases);
    if (dead > 0) this.#options.gaveUp(dead);
  }
}
