/** Tells people of a node whose messages can't be followed, and so are dropped: once a day for each, not once a message. */
import type { Db } from 'mongodb';
import { Alerts } from '../alerts/alerts.ts';
import type { HostedPipeline } from './host.ts';

const DAY_MS = 24 * 3_600_000;
const QUIET_HOURS = 24;

const TEXTS = {
  late: 'sent a message after it had said that it was done. The run had ended, so the message went nowhere.',
  orphan: 'sent a message by itself, outside of any run. No run takes it, so the message went nowhere.',
} as const;

export class LostMessages {
  readonly #db: Db;
  readonly #log: (level: 'error', text: string, facts: Readonly<Record<string, unknown>>) => void;
  readonly #toldAtMs = new Map<string, number>();

  constructor(db: Db, log: (level: 'error', text: string, facts: Readonly<Record<string, unknown>>) => void) {
    this.#db = db;
    this.#log = log;
  }

  tell({ id, clientId, name, graph }: HostedPipeline, nodeId: string, how: 'late' | 'orphan'): void {
    const key = `${how}-message:${id}:${nodeId}`;
    const now = Date.now();
    if ((this.#toldAtMs.get(key) ?? 0) > now - DAY_MS) return;
    this.#toldAtMs.set(key, now);
    const node = graph.nodes.find((one) => one.id === nodeId)?.name ?? nodeId;
    this.#log('error', `a node ${TEXTS[how]}`, { client: clientId, pipeline: name, node });
    const told = new Alerts(this.#db, clientId).raise(id, {
      key: `${key}:${now}`,
      level: 'warning',
      title: `A message got lost in the flow "${name}"`,
      text: `The node "${node}" ${TEXTS[how]} Ask whoever made this node, or use another one.`,
      quietHours: QUIET_HOURS,
    });
    // The log says it in any case.
    void told.catch(() => {});
  }
}
