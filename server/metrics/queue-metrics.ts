/** What waits, and what waits for a person, for each client; and how often runners had to be replaced. */
import { Gauge, type Registry } from 'prom-client';
import { allClients } from '#runtime/clients/client-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { RunnerState } from '#runtime/host/fleet.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';

/** However many ask, it is counted no more often. */
const COUNT_AGAIN_MS = 15_000;

interface Row {
  readonly client: ClientId;
  readonly counts: Readonly<Record<(typeof COUNTED)[number]['name'], number>>;
}

const COUNTED = [
  { name: 'events_waiting', help: 'Events that wait to be worked off or tried again' },
  { name: 'events_dead', help: 'Events that wait for a person' },
  { name: 'messages_waiting', help: 'Messages to the outside that wait or are in doubt' },
  { name: 'messages_dead', help: 'Messages to the outside that wait for a person' },
] as const;

export function queueMetrics(
  registry: Registry,
  database: Database,
  runners: () => readonly RunnerState[],
): void {
  let rows: Promise<readonly Row[]> = Promise.resolve([]);
  let countedMs = Number.NEGATIVE_INFINITY;
  const count = () => {
    if (performance.now() - countedMs > COUNT_AGAIN_MS) {
      countedMs = performance.now();
      rows = countAll(database);
      // Counted again at once when the database is there again.
      rows.catch(() => {
        countedMs = Number.NEGATIVE_INFINITY;
      });
    }
    return rows;
  };
  for (const { name, help } of COUNTED) {
    new Gauge({
      name: `syncflow_${name}`,
      help,
      labelNames: ['client'] as const,
      registers: [registry],
      async collect() {
        const counted = await count();
        this.reset();
        for (const { client, counts } of counted) this.set({ client }, counts[name]);
      },
    });
  }
  new Gauge({
    name: 'syncflow_runner_restarts',
    help: 'How often a runner was replaced since the start of this process',
    labelNames: ['runner'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const { name, restarts } of runners()) this.set({ runner: name }, restarts);
    },
  });
}

async function countAll({ db, models }: Database): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // One client after another: a look from outside must not take the database from those who work.
  for (const { _id: client } of await allClients(models)) {
    const events = new ClientCollection<EventDocument>(db, 'events', client);
    const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', client);
    const [events_waiting, events_dead, messages_waiting, messages_dead] = await Promise.all([
      events.count({ state: { $in: ['queued', 'retry'] } }),
      events.count({ state: 'dead' }),
      outbox.count({ state: { $in: ['queued', 'in-doubt'] } }),
      outbox.count({ state: 'dead' }),
    ]);
    rows.push({ client, counts: { events_waiting, events_dead, messages_waiting, messages_dead } });
  }
  return rows;
}
