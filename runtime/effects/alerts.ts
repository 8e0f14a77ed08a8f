/** Alerts on the page: raised once by key, and not again with the same title within the quiet time. */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
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
  readonly #alerts: ClientCollection<AlertDocument>;
  readonly #clientId: ClientId;
  readonly #quietUntilMs = new Map<string, number>();

  constructor(db: Db, clientId: ClientId) {
    this.#alerts = new ClientCollection(db, 'alerts', clientId);
    this.#clientId = clientId;
  }

  /** @returns false when it was told before: nothing new was made. */
  async raise(pipelineId: PipelineId | null, request: AlertRequest): Promise<boolean> {
    const { key, level, title, text, quietHours } = request;
    const at = new Date();
    const group = `${pipelineId ?? 'syncflow'}:${title}`;
    if ((this.#quietUntilMs.get(group) ?? 0) > at.getTime()) return false;
    const quietMs = quietHours * HOUR_MS;
    const told = quietMs > 0 ? await this.#newest(group, new Date(at.getTime() - quietMs)) : null;
    this.#remember(group, (told?.at ?? at).getTime() + quietMs);
    if (told) return false;
    const _id = `${this.#clientId}/${key}`;
    return await this.#alerts.insertIfAbsent({
      _id,
      clientId: this.#clientId,
      pipelineId,
      group,
      level,
      title,
      text,
      at,
    });
  }

  async #newest(group: string, since: Date): Promise<AlertDocument | null> {
    return await this.#alerts.findOne({ group, at: { $gt: since } }, { sort: { at: -1 } });
  }

  #remember(group: string, untilMs: number): void {
    if (this.#quietUntilMs.size >= REMEMBERED_MAX) this.#quietUntilMs.clear();
    this.#quietUntilMs.set(group, untilMs);
  }
}
