/** Alerts on the page: raised once by key, and not again with the same title within the quiet time. */
import type { Db } from 'mongodb';
import { batchCalls } from '../batch-calls.ts';
import { ClientCollection } from '../database/client-collection.ts';
import { alertRaised } from '../endpoints/happenings.ts';
import { tellEndpoints } from '../endpoints/tell-endpoints.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { AlertRequest } from './node-context.ts';

export interface AlertDocument {
  /** `<client>/<key>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId | null;
  /** Pipeline and title: what is not told twice in a row. */
  readonly group: string;
  readonly level: AlertRequest['level'];
  readonly title: string;
  readonly text: string;
  readonly at: Date;
}

const HOUR_MS = 3_600_000;
const REMEMBERED_MAX = 50_000;
const TOGETHER_MAX = 200;

interface Asked {
  readonly group: string;
  readonly since: Date;
}

/** The alerts of one client. Remembers what it told, so that a product that sells every second costs no query each time. */
export class Alerts {
  readonly #db: Db;
  readonly #alerts: ClientCollection<AlertDocument>;
  readonly #clientId: ClientId;
  /** By group: until when it is not told again, and the id of the alert that was told. */
  readonly #told = new Map<string, { readonly untilMs: number; readonly id: string }>();
  // One order may leave a hundred products low: what is raised in the same moment costs two round trips.
  readonly #newest = batchCalls((asked: readonly Asked[]) => this.#newestOfAll(asked), TOGETHER_MAX, 1);
  readonly #insert = batchCalls(
    (alerts: readonly AlertDocument[]) => this.#alerts.insertAbsent(alerts),
    TOGETHER_MAX,
    1,
  );

  constructor(db: Db, clientId: ClientId) {
    this.#db = db;
    this.#alerts = new ClientCollection(db, 'alerts', clientId);
    this.#clientId = clientId;
  }

  /**
   * @returns `new`; `same` when this very alert was raised before (a flow that is run again); `quiet` when another one
   * with its title was told a short while ago. Nothing was made in the last two cases.
   */
  async raise(pipelineId: PipelineId | null, request: AlertRequest): Promise<'new' | 'same' | 'quiet'> {
    const { key, level, title, text, quietHours } = request;
    const at = new Date();
    const group = `${pipelineId ?? 'syncflow'}:${title}`;
    const _id = `${this.#clientId}/${key}`;
    const known = this.#told.get(group);
    if (known && known.untilMs > at.getTime()) return known.id === _id ? 'same' : 'quiet';
    const quietMs = quietHours * HOUR_MS;
    const told = quietMs > 0 ? await this.#newest({ group, since: new Date(at.getTime() - quietMs) }) : null;
    if (told) {
      this.#remember(group, told.at.getTime() + quietMs, told._id);
      if (told._id !== _id) return 'quiet';
      // Who raised it first may have died before this.
      await tellEndpoints(this.#db, this.#clientId, alertRaised(told));
      return 'same';
    }
    const clientId = this.#clientId;
    const alert = { _id, clientId, pipelineId, group, level, title, text, at };
    const isNew = await this.#insert(alert);
    await tellEndpoints(this.#db, clientId, alertRaised(alert));
    this.#remember(group, at.getTime() + quietMs, _id);
    return isNew ? 'new' : 'same';
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

  #remember(group: string, untilMs: number, id: string): void {
    if (this.#told.size >= REMEMBERED_MAX) this.#told.clear();
    this.#told.set(group, { untilMs, id });
  }
}
