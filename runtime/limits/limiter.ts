/**
 * Lets calls through to one far side at the speed that it allows: never more side by side than it bears, never beyond
 * the budget that it told, not before the time that it asked for; the most urgent lane first.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Retryable } from '../errors.ts';
import type { ChannelCall } from '../sync/channel.ts';
import { Budget } from './budget.ts';
import { LANES, type Lane, RESERVED } from './lane.ts';

/** What is known of a call that is under way. */
interface Ticket {
  readonly expected: number;
  cost: number;
  told: boolean;
  /** The far side was out of order or did not answer, at least once. */
  broken: boolean;
}

interface Waiting {
  readonly lane: Lane;
  readonly kind: string;
  readonly sinceMs: number;
  readonly start: (ticket: Ticket) => void;
  readonly refuse: (error: unknown) => void;
}

const RUNNING_MAX = 4;
/** Who has waited for so long counts as one lane more urgent. */
const MOVES_UP_MS = 10_000;
const SERVER_ERROR = 500;
/** Weight of the newest call in the moving average of what calls of its kind cost. */
const NEWEST_WEIGHT = 0.3;

export class Limiter {
  readonly #runningMax: number;
  readonly #budget = new Budget();
  readonly #ticket = new AsyncLocalStorage<Ticket>();
  readonly #running = new Set<Ticket>();
  readonly #costs = new Map<string, number>();
  readonly #limits = new WeakSet<object>();
  #waiting: Waiting[] = [];
  #pausedUntilMs = 0;
  /** Side by side: one after trouble, and one more for each round that went well. */
  #allowed: number;
  #goodInARow = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(runningMax: number = RUNNING_MAX) {
    this.#runningMax = runningMax;
    this.#allowed = runningMax;
  }

  /**
   * Makes the call when its turn has come.
   * @param kind calls of one kind cost about the same.
   * @throws what the call throws, or what `refuseWaiting` was given.
   */
  async run<Result>(lane: Lane, kind: string, call: () => Promise<Result>): Promise<Result> {
    const ticket = await new Promise<Ticket>((start, refuse) => {
      this.#waiting.push({ lane, kind, sinceMs: performance.now(), start, refuse });
      this.#next();
    });
    try {
      const result = await this.#ticket.run(ticket, call);
      this.#went(kind, ticket);
      return result;
    } catch (error) {
      this.#failed(error, ticket);
      throw error;
    } finally {
      this.#running.delete(ticket);
      this.#next();
    }
  }

  /** To be told of each HTTP call: what it cost, what is left, whether the far side is well. */
  observe({ status, budget }: ChannelCall): void {
    const ticket = this.#ticket.getStore();
    if (ticket) {
      ticket.cost += budget?.cost ?? 1;
      ticket.told ||= budget !== undefined;
      ticket.broken ||= status === 0 || status >= SERVER_ERROR;
    }
    if (!budget) return;
    const untold = [...this.#running].filter(({ told }) => !told);
    const inFlight = untold.reduce((sum, { expected }) => sum + expected, 0);
    this.#budget.told(budget, performance.now(), inFlight);
  }

  /** Whether an error that `run` threw only says that we were too fast: the far side itself is well. */
  wasLimit(error: unknown): boolean {
    return typeof error === 'object' && error !== null && this.#limits.has(error);
  }

  /** Sends everybody who waits away with this error. */
  refuseWaiting(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    clearTimeout(this.#timer);
    for (const { refuse } of waiting) refuse(error);
  }

  #next(): void {
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0 && this.#running.size < this.#allowed) {
      const nowMs = performance.now();
      const { waiting, lane } = this.#mostUrgent(nowMs);
      const expected = this.#costs.get(waiting.kind) ?? 1;
      const budgetMs = this.#budget.waitMs(expected, RESERVED[lane], nowMs);
      const waitMs = Math.max(this.#pausedUntilMs - nowMs, budgetMs);
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#next(), Math.min(waitMs, MOVES_UP_MS));
        return;
      }
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      const ticket: Ticket = { expected, cost: 0, told: false, broken: false };
      this.#running.add(ticket);
      this.#budget.spend(expected);
      waiting.start(ticket);
    }
  }

  /** The first of the most urgent lane, and the lane that it counts as after its wait. Never called with nobody there. */
  #mostUrgent(nowMs: number): { readonly waiting: Waiting; readonly lane: Lane } {
    const ranked = this.#waiting.map((waiting) => {
      const movedUp = Math.floor((nowMs - waiting.sinceMs) / MOVES_UP_MS);
      return { waiting, rank: Math.max(0, LANES.indexOf(waiting.lane) - movedUp) };
    });
    const first = ranked.reduce((best, next) => (next.rank < best.rank ? next : best));
    return { waiting: first.waiting, lane: LANES[first.rank] ?? first.waiting.lane };
  }

  #went(kind: string, { cost }: Ticket): void {
    if (cost > 0) {
      const known = this.#costs.get(kind) ?? cost;
      this.#costs.set(kind, known + (cost - known) * NEWEST_WEIGHT);
    }
    this.#goodInARow += 1;
    if (this.#goodInARow < this.#allowed * 2) return;
    this.#goodInARow = 0;
    this.#allowed = Math.min(this.#runningMax, this.#allowed + 1);
  }

  #failed(error: unknown, { broken }: Ticket): void {
    if (!(error instanceof Retryable)) return;
    if (error.afterMs !== undefined) {
      this.#pausedUntilMs = Math.max(this.#pausedUntilMs, performance.now() + error.afterMs);
      if (!broken) this.#limits.add(error);
    }
    this.#goodInARow = 0;
    this.#allowed = 1;
  }
}
