/** Alerts on the page: raised once by key, and not again with the same title within the quiet time. */
import type { Db } from 'mongodb';
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

/** The alerts of one client. Remembers what it told, so that a product that sells every second costs no query each time. */
export class Alerts {
  readonly #db: Db;
  readonly #alerts: ClientCollection<AlertDocument>;
  readonly #clientId: ClientId;
  /** By group: until when it is not told again, and the id of the alert that was told. */
  readonly #told = new Map<string, { readonly untilMs: number; readonly id: string }>();

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
    const told = quietMs > 0 ? await this.#newest(group, new Date(at.getTime() - quietMs)) : null;
    if (told) {
      this.#remember(group, told.at.getTime() + quietMs, told._id);
      if (told._id !== _id) return 'quiet';
      // Who raised it first may have died before this.
      await tellEndpoints(this.#db, this.#clientId, alertRaised(told));
      return 'same';
    }
    const clientId = this.#clientId;
    const alert = { _id, clientId, pipelineId, group, level, title, text, at };
    const isNew = await this.#alerts.insertIfAbsent(alert);
    await tellEndpoints(this.#db, clientId, alertRaised(alert));
    this.#remember(group, at.getTime() + quietMs, _id);
    return isNew ? 'new' : 'same';
  }

  async #newest(group: string, since: Date): Promise<AlertDocument | null> {
    return await this.#alerts.findOne({ group, at: { $gt: since } }, { sort: { at: -1 } });
  }

  #remember(group: string, untilMs: number, id: string): void {
    if (this.#told.size >= REMEMBERED_MAX) this.#told.clear();
    this.#told.set(group, { untilMs, id });
  }
}
