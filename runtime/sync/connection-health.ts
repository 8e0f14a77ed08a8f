/** How a connection is doing, for the page: what went wrong last, since when, and what a person can do. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { GateState } from '../limits/connection-gate.ts';
import type { ConnectionFinding, MendingAction } from './connection-finding.ts';

export interface HealthDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  readonly lastPushAt: Date | null;
  readonly lastEventAt: Date | null;
  /** Set while calls fail; null when the last one went well. */
  readonly trouble: {
    readonly reason: string;
    /** What only a person can do; null when it may pass by itself. */
    readonly fix: string | null;
    /** What the button beside it does. */
    readonly action?: MendingAction | null;
    readonly since: Date;
  } | null;
  /** What the last look at the connection as a whole found; absent: there was none yet. */
  readonly findings?: readonly ConnectionFinding[];
  readonly checkedAt?: Date;
  /** Set while the connection's door is closed after repeated failures; absent or null: calls are made. */
  readonly gate?: GateState | null;
}

export class ConnectionHealth {
  readonly #health: ClientCollection<HealthDocument>;
  readonly #connectionId: ConnectionId;
  #trouble: HealthDocument['trouble'] = null;

  constructor(db: Db, clientId: ClientId, connectionId: ConnectionId) {
    this.#health = new ClientCollection(db, 'health', clientId);
    this.#connectionId = connectionId;
  }

  async pushed(): Promise<void> {
    this.#trouble = null;
    await this.#set({ lastPushAt: new Date(), trouble: null });
  }

  /** An event of the connection came in. */
  async heard(): Promise<void> {
    await this.#set({ lastEventAt: new Date() });
  }

  /**
   * A call went well again, though nothing was pushed. Where no trouble was kept, nothing is written.
   * @returns true when this is news.
   */
  async recovered(): Promise<boolean> {
    this.#trouble = null;
    const inTrouble = { $or: [{ trouble: { $ne: null } }, { gate: { $ne: null } }] };
    const { modifiedCount } = await this.#health.updateOne(
      { _id: this.#connectionId, ...inTrouble },
      { $set: { trouble: null, gate: null } },
    );
    return modifiedCount > 0;
  }

  /** The door of the connection was closed after repeated failures, or the next look begins. */
  async closed(gate: GateState, error: unknown): Promise<void> {
    this.#trouble = this.#troubleOf(error);
    await this.#set({ trouble: this.#trouble, gate });
  }

  /** @returns true when this is news: the connection was well before. */
  async failed(error: unknown): Promise<boolean> {
    const news = this.#trouble === null;
    this.#trouble = this.#troubleOf(error);
    await this.#set({ trouble: this.#trouble });
    return news;
  }

  #troubleOf(error: unknown): NonNullable<HealthDocument['trouble']> {
    return {
      reason: error instanceof Error ? error.message : String(error),
      fix: error instanceof Rejected ? error.fix : null,
      action: error instanceof Rejected ? error.action : null,
      since: this.#trouble?.since ?? new Date(),
    };
  }

  /** A look at the connection as a whole went through: its keys are good. */
  async checked(findings: readonly ConnectionFinding[]): Promise<void> {
    this.#trouble = null;
    await this.#set({ findings, checkedAt: new Date(), trouble: null });
  }

  async #set(fields: Partial<HealthDocument>): Promise<void> {
    await this.#health.updateOne({ _id: this.#connectionId }, { $set: fields }, { upsert: true });
  }
}
