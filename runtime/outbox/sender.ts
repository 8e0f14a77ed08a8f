/**
 * Works off the outbox of one client: takes what is due under a lease, oldest first, and sees each message to its end.
 * A process that dies leaves its leases behind: what was waiting is taken again, what was being called is in doubt.
 */

import { randomUUID } from 'node:crypto';
import type { Db, Filter } from 'mongodb';
import { Activity } from '../activity.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../events/retry-policy.ts';
import { isGone } from '../events/runner-name.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { ConnectionGate } from '../limits/connection-gate.ts';
import { Rest } from '../rest.ts';
import { Delivery } from './delivery.ts';
import type { OutboxDocument, OutboxState } from './outbox-document.ts';
import type { FarSide, OutsideEffects } from './outside-effect.ts';

export interface SenderOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  /** Names the process that holds the leases. */
  readonly runner: string;
  readonly effects: OutsideEffects;
  /** The account of a connection with its secrets opened; undefined when the connection is gone. */
  readonly farOf: (connectionId: ConnectionId) => FarSide | undefined;
  readonly gateOf: (connectionId: ConnectionId) => ConnectionGate | undefined;
  /** Connections whose doors are closed now. */
  readonly closed: () => readonly ConnectionId[];
  /** Told of each message whose state changed. */
  readonly moved: (message: OutboxDocument, state: OutboxState) => void;
  readonly retry?: RetryPolicy;
  /** Messages on their way side by side. */
  readonly runningMax?: number;
  /** Messages of one connection that are under way at once; undefined: as many as at any. */
  readonly sideBySide?: (connectionId: ConnectionId) => number | undefined;
  /** Longer than any call may take: a call that outlives its lease would be taken for lost. */
  readonly leaseMs?: number;
  readonly pollMs?: number;
  /** Of the client; without it, of this sender alone. */
  readonly activity?: Activity;
}

/** Messages of one connection that are on their way, or wait at its door: more than it is asked side by side. */
const AT_CONNECTION_MAX = 8;
/** A little time for a call that was cut off by a crash to have its effect, before it is looked for. */
const CRASH_SETTLE_MS = 2_000;
/** While nothing happens, leases that nobody keeps are looked for at every so manieth renewal. */
const CALM_RENEWALS = 4;

export class Sender {
  readonly #outbox: ClientCollection<OutboxDocument>;
  readonly #options: Required<SenderOptions>;
  readonly #delivery: Delivery;
  readonly #running = new Map<string, Promise<void>>();
  /** How many of them are for each connection. */
  readonly #atConnection = new Map<ConnectionId, number>();
  /** Could not be brought to an end since the database was away, and are still leased. */
  readonly #left = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #givenUp = new AbortController();
  readonly #rest = new Rest();
  #loop: Promise<void> = Promise.resolve();
  #forget: () => void = () => {};
  readonly #freesNow: () => boolean;

  constructor(options: SenderOptions) {
    this.#options = {
      retry: DEFAULT_RETRY,
      runningMax: 32,
      leaseMs: 120_000,
      pollMs: 2_000,
      activity: new Activity(),
      sideBySide: () => undefined,
      ...options,
    };
    this.#freesNow = this.#options.activity.turns(CALM_RENEWALS);
    this.#outbox = new ClientCollection(options.db, 'outbox', options.clientId);
    this.#delivery = new Delivery(this.#options, this.#outbox, this.#givenUp.signal);
  }

  /**
   * Starts sending. Leases of runners that are known to be dead, and of those that died with an earlier start of
   * SyncFlow on this machine, are freed at once.
   */
  async start(deadRunners: readonly string[] = []): Promise<void> {
    await this.#freeDead(deadRunners);
    this.#forget = this.#options.activity.onStir(() => this.wake());
    this.#loop = this.#run();
  }

  /** There may be something new in the outbox, or a connection is back. */
  wake(): void {
    this.#rest.wake();
  }

  /** Takes nothing new, and ends when what is on its way has ended; what takes longer than `graceMs` is cut off. */
  async stop(graceMs = 10_000): Promise<void> {
    this.#stopping.abort();
    this.#forget();
    this.#rest.stop();
    await this.#loop;
    const timer = setTimeout(() => this.#givenUp.abort(), graceMs);
    await Promise.all(this.#running.values());
    clearTimeout(timer);
  }

  async #run(): Promise<void> {
    // While the database is away nothing is renewed or freed; the next turn of the interval tries again.
    const renewal = setInterval(() => void this.#renew().catch(() => {}), this.#options.leaseMs / 4);
    try {
      while (!this.#stopping.signal.aborted) {
        this.#rest.begin();
        const taken = await this.#freeLeft()
          .then(() => this.#take())
          .catch(() => 0);
        if (taken > 0) this.#options.activity.stir();
        else await this.#rest.rest(this.#options.activity.restMs(this.#options.pollMs));
      }
    } finally {
      clearInterval(renewal);
    }
  }

  /** Leases what is due and starts it. @returns how many were started. */
  async #take(): Promise<number> {
    const room = this.#options.runningMax - this.#running.size;
    if (room <= 0) return 0;
    const now = new Date();
    const ids = await this.#due(now, room);
    if (ids.length === 0) return 0;
    const claim = randomUUID();
    const until = new Date(now.getTime() + this.#options.leaseMs);
    await this.#outbox.updateMany(
      { _id: { $in: ids }, lease: null, state: { $in: ['queued', 'in-doubt'] } },
      { $set: { lease: { runner: this.#options.runner, claim, until } } },
    );
    const leased = await this.#outbox.find({ _id: { $in: ids }, 'lease.claim': claim }).toArray();
    for (const message of leased.sort((one, other) => Number(one.queuedAt) - Number(other.queuedAt)))
      this.#start(message);
    return leased.length;
  }

  /** The oldest that are due, of each connection no more than have room there: a slow one holds up no other. */
  async #due(now: Date, room: number): Promise<string[]> {
    const crowded = [...this.#atConnection].filter(([id, many]) => many >= this.#mostAt(id));
    const closed = [...this.#options.closed(), ...crowded.map(([connectionId]) => connectionId)];
    // Each state by itself: so the index gives them in their order, however many wait.
    const found = await Promise.all(
      (['queued', 'in-doubt'] as const).map((state) =>
        this.#outbox
          .find(
            {
              state,
              lease: null,
              'doubt.needsPerson': { $ne: true },
              connectionId: { $nin: closed },
              $or: [{ notBefore: null }, { notBefore: { $lte: now } }],
            },
            { projection: { connectionId: 1, queuedAt: 1 } },
          )
          .sort({ queuedAt: 1 })
          .limit(room)
          .toArray(),
      ),
    );
    const taken = new Map(this.#atConnection);
    const due: string[] = [];
    for (const { _id, connectionId } of found
      .flat()
      .sort((a, b) => Number(a.queuedAt) - Number(b.queuedAt))) {
      const many = taken.get(connectionId) ?? 0;
      if (many >= this.#mostAt(connectionId) || due.length >= room) continue;
      taken.set(connectionId, many + 1);
      due.push(_id);
    }
    return due;
  }

  #mostAt(connectionId: ConnectionId): number {
    return this.#options.sideBySide(connectionId) ?? AT_CONNECTION_MAX;
  }

  #start(message: OutboxDocument): void {
    const { _id, connectionId } = message;
    this.#left.delete(_id);
    this.#atConnection.set(connectionId, (this.#atConnection.get(connectionId) ?? 0) + 1);
    const done = this.#delivery
      .see(message)
      // The database is away: what was begun is in doubt when it is back.
      .catch(() => {
        this.#left.add(_id);
      })
      .finally(() => {
        this.#running.delete(_id);
        const left = (this.#atConnection.get(connectionId) ?? 1) - 1;
        if (left > 0) this.#atConnection.set(connectionId, left);
        else this.#atConnection.delete(connectionId);
        // Several are taken at once: each look costs as much as a message.
        if (left <= this.#mostAt(connectionId) / 2) this.wake();
      });
    this.#running.set(_id, done);
  }

  /** Nobody works on these any more, though a lease of ours says so: waiting for it to run out would make them late. */
  async #freeLeft(): Promise<void> {
    const ids = [...this.#left];
    if (ids.length === 0) return;
    await this.#free({ _id: { $in: ids }, 'lease.runner': this.#options.runner });
    for (const id of ids) this.#left.delete(id);
  }

  /** Keeps our own leases, and frees those that other processes no longer keep. */
  async #renew(): Promise<void> {
    const now = Date.now();
    const until = new Date(now + this.#options.leaseMs);
    if (this.#running.size > 0)
      await this.#outbox.updateMany(
        { _id: { $in: [...this.#running.keys()] }, 'lease.runner': this.#options.runner },
        { $set: { 'lease.until': until } },
      );
    if (!this.#freesNow()) return;
    await this.#free({ 'lease.until': { $lt: new Date(now) } });
    await this.#freeDead([]);
  }

  async #freeDead(known: readonly string[]): Promise<void> {
    const leased = await this.#outbox
      .find(
        { state: { $in: ['queued', 'sending', 'in-doubt'] }, lease: { $ne: null } },
        { projection: { 'lease.runner': 1 } },
      )
      .toArray();
    const holders = new Set(leased.flatMap(({ lease }) => (lease ? [lease.runner] : [])));
    const dead = [...holders].filter((runner) => known.includes(runner) || isGone(runner));
    if (dead.length > 0) await this.#free({ 'lease.runner': { $in: dead } });
  }

  async #free(leases: Filter<OutboxDocument>): Promise<void> {
    const now = new Date();
    await this.#outbox.updateMany(
      { ...leases, state: 'sending' },
      {
        $set: {
          state: 'in-doubt',
          lease: null,
          notBefore: new Date(now.getTime() + CRASH_SETTLE_MS),
          doubt: {
            reason: 'SyncFlow stopped between the call and the note of its answer.',
            since: now,
            looks: 0,
            needsPerson: false,
          },
        },
      },
    );
    await this.#outbox.updateMany(
      { ...leases, state: { $in: ['queued', 'in-doubt'] } },
      { $set: { lease: null } },
    );
  }
}
