/**
 * The alerts of one client: raised once by key, grouped by what they are about, and told by the clock
 * (`alert-job.ts`): a broken channel tells once that it is broken, and once that it is well again.
 */
import type { Db } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { AlertRequest } from '../effects/node-context.ts';
import { alertRaised } from '../endpoints/happenings.ts';
import { tellEndpoints } from '../endpoints/tell-endpoints.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId, PipelineId } from '../ids.ts';
import type { AlertDocument, AlertMute } from './alert-document.ts';

const HOUR_MS = 3_600_000;
const REMEMBERED_MAX = 50_000;
const TOGETHER_MAX = 200;
/** What is raised again is counted at most so often: a product that sells every second costs no write each time. */
const COUNT_EVERY_MS = 5_000;
/** Trouble that may pass is told when it has not. */
export const TROUBLE_TOLD_AFTER_MS = 30_000;
/** A channel that is well for so long is well: one that comes and goes is in trouble all the while. */
export const WELL_TOLD_AFTER_MS = 2 * 60_000;

interface Asked {
  readonly group: string;
  readonly since: Date;
}

interface Counted {
  readonly _id: string;
  readonly by: number;
  readonly lastAt: Date;
}

interface Told {
  readonly untilMs: number;
  readonly id: string;
  /** Raised again since it was last counted in the database. */
  uncounted: number;
  countedMs: number;
}

export interface Trouble {
  readonly connectionId: ConnectionId;
  /** What the connection is called. */
  readonly name: string;
  readonly error: unknown;
  /** What becomes of what waits for it, in a sentence. */
  readonly kept: string;
}

export class Alerts {
  readonly #db: Db;
  readonly #alerts: ClientCollection<AlertDocument>;
  readonly #mutes: ClientCollection<AlertMute>;
  readonly #clientId: ClientId;
  /** By group: until when it is not told again, and the alert that was told. */
  readonly #told = new Map<string, Told>();
  // One order may leave a hundred products low: what is raised in the same moment costs three round trips.
  readonly #newest = batchCalls((asked: readonly Asked[]) => this.#newestOfAll(asked), TOGETHER_MAX, 1);
  readonly #isMuted = batchCalls((groups: readonly string[]) => this.#areMuted(groups), TOGETHER_MAX, 1);
  readonly #keep = batchCalls(
    (alerts: readonly AlertDocument[]) => this.#alerts.insertAbsent(alerts),
    TOGETHER_MAX,
    1,
  );
  readonly #count = batchCalls((counted: readonly Counted[]) => this.#countAll(counted), TOGETHER_MAX, 1);
  /** Connections that are known to be well: to say so again changes nothing. */
  readonly #well = new Set<ConnectionId>();
  /** Changes of one connection's alert happen one after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(db: Db, clientId: ClientId) {
    this.#db = db;
    this.#alerts = new ClientCollection(db, 'alerts', clientId);
    this.#mutes = new ClientCollection(db, 'alert-mutes', clientId);
    this.#clientId = clientId;
  }

  /**
   * @returns `new`; `same` when this very alert was raised before (a flow that is run again); `quiet` when another one
   * with its title was told a short while ago: it is counted there.
   */
  async raise(pipelineId: PipelineId | null, request: AlertRequest): Promise<'new' | 'same' | 'quiet'> {
    const { key, level, title, text, quietHours, topic = 'other' } = request;
    const at = new Date();
    const group = `${pipelineId ?? 'syncflow'}:${title}`;
    const _id = `${this.#clientId}/${key}`;
    const known = this.#told.get(group);
    if (known && known.untilMs > at.getTime()) return await this.#again(known, _id, at);
    const quietMs = quietHours * HOUR_MS;
    const told = quietMs > 0 ? await this.#newest({ group, since: new Date(at.getTime() - quietMs) }) : null;
    if (told) {
      const remembered = this.#remember(group, told.at.getTime() + quietMs, told._id);
      // Who raised it first may have died before this.
      if (told._id === _id) await tellEndpoints(this.#db, this.#clientId, alertRaised(told));
      return await this.#again(remembered, _id, at);
    }
    const alert = { _id, clientId: this.#clientId, pipelineId, group, level, title, text, at };
    const isNew = await this.#insert({ ...alert, topic }, at);
    this.#remember(group, at.getTime() + quietMs, _id);
    return isNew ? 'new' : 'same';
  }

  /**
   * A connection is in trouble. However often it is said, it is one alert until the connection is well again for a while.
   * @returns true when people have something new to see.
   */
  async trouble(trouble: Trouble): Promise<boolean> {
    this.#well.delete(trouble.connectionId);
    return await this.#inTurn(() => this.#trouble(trouble));
  }

  /** The connection is well. @returns true when it was in trouble before. */
  async well(connectionId: ConnectionId): Promise<boolean> {
    if (this.#well.has(connectionId)) return false;
    return await this.#inTurn(() => this.#wellAgain(connectionId));
  }

  /**
   * The connection was removed: what went on with it is over, and nobody is told that it is well.
   * @returns true when it was in trouble.
   */
  async removed(connectionId: ConnectionId): Promise<boolean> {
    return await this.#inTurn(async () => {
      const ended = { healedAt: new Date(), removed: true, tell: null } as const;
      const open = { connectionId, healedAt: null } as const;
      return (await this.#alerts.updateMany(open, { $set: ended })).modifiedCount > 0;
    });
  }

  async #trouble({ connectionId, name, error, kept }: Trouble): Promise<boolean> {
    // Again: that it is well may have been written down since.
    this.#well.delete(connectionId);
    const at = new Date();
    const open = { connectionId, healedAt: null } as const;
    const reason = error instanceof Error ? error.message : String(error);
    const fix = error instanceof Rejected ? ` ${error.fix}` : '';
    const text = `${reason}${fix} ${kept}`;
    const passes = !(error instanceof Rejected);
    const again = await this.#alerts.findOneAndUpdate(open, {
      $inc: { count: 1 },
      $set: { lastAt: at, text },
    });
    if (again) {
      if (again.tell?.what !== 'healed') return false;
      // It was not well for long enough: nobody is told that it is.
      const dueMs = Math.max(again.at.getTime() + (passes ? TROUBLE_TOLD_AFTER_MS : 0), at.getTime());
      const tell = again.toldAt ? null : { what: 'raised' as const, at: new Date(dueMs) };
      await this.#alerts.updateOne({ _id: again._id, 'tell.what': 'healed' }, { $set: { tell } });
      return false;
    }
    const tellAt = new Date(at.getTime() + (passes ? TROUBLE_TOLD_AFTER_MS : 0));
    const alert: AlertDocument = {
      _id: `${this.#clientId}/trouble:${connectionId}:${at.getTime()}`,
      clientId: this.#clientId,
      pipelineId: null,
      group: `connection:${connectionId}`,
      level: 'urgent',
      title: `${name} does not answer as it should`,
      text,
      at,
      topic: 'sync-failure',
      connectionId,
      healedAt: null,
    };
    return await this.#insert(alert, tellAt);
  }

  async #wellAgain(connectionId: ConnectionId): Promise<boolean> {
    if (this.#well.has(connectionId)) return false;
    const tell = { what: 'healed' as const, at: new Date(Date.now() + WELL_TOLD_AFTER_MS) };
    const open = { connectionId, healedAt: null, 'tell.what': { $ne: 'healed' } } as const;
    const { modifiedCount } = await this.#alerts.updateOne(open, { $set: { tell } });
    // Not before: what could not be written is tried again.
    this.#well.add(connectionId);
    return modifiedCount > 0;
  }

  async #insert(alert: AlertDocument, tellAt: Date): Promise<boolean> {
    // Of trouble it is seen when it is to be told: it may go on for longer than the mute.
    const isMuted = alert.connectionId === undefined && (await this.#isMuted(alert.group));
    const tell = isMuted ? null : ({ what: 'raised', at: tellAt } as const);
    const isNew = await this.#keep({ ...alert, count: 1, lastAt: alert.at, tell });
    await tellEndpoints(this.#db, this.#clientId, alertRaised(alert));
    return isNew;
  }

  async #again(told: Told, _id: string, at: Date): Promise<'same' | 'quiet'> {
    if (told.id === _id) return 'same';
    told.uncounted += 1;
    if (at.getTime() - told.countedMs < COUNT_EVERY_MS) return 'quiet';
    const by = told.uncounted;
    told.uncounted = 0;
    told.countedMs = at.getTime();
    await this.#count({ _id: told.id, by, lastAt: at });
    return 'quiet';
  }

  async #countAll(counted: readonly Counted[]): Promise<undefined[]> {
    const updates = counted.map(({ _id, by, lastAt }) => ({
      filter: { _id },
      update: { $inc: { count: by }, $set: { lastAt } },
    }));
    await this.#alerts.updateEach(updates, { ordered: false });
    return counted.map(() => undefined);
  }

  /** Of each group the newest alert since then. */
  async #newestOfAll(asked: readonly Asked[]): Promise<(AlertDocument | null)[]> {
    const groups = [...new Set(asked.map(({ group }) => group))];
    const since = new Date(Math.min(...asked.map((one) => one.since.getTime())));
    const found = await this.#alerts
      .find({ group: { $in: groups }, at: { $gt: since } })
      .sort({ at: 1 })
      .toArray();
    const newest = new Map(found.map((alert) => [alert.group, alert]));
    return asked.map((one) => {
      const alert = newest.get(one.group);
      return alert && alert.at > one.since ? alert : null;
    });
  }

  async #areMuted(groups: readonly string[]): Promise<boolean[]> {
    const until = { $gt: new Date() };
    const found = await this.#mutes.find({ group: { $in: [...groups] }, until }).toArray();
    const muted = new Set(found.map(({ group }) => group));
    return groups.map((group) => muted.has(group));
  }

  #remember(group: string, untilMs: number, id: string): Told {
    if (this.#told.size >= REMEMBERED_MAX) this.#told.clear();
    const told = { untilMs, id, uncounted: 0, countedMs: 0 };
    this.#told.set(group, told);
    return told;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => {});
    return await mine;
  }
}
