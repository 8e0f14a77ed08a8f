/** Tells flows what they want to hear once a day, at the hour that their trigger names. */
import type { Db } from 'mongodb';
import { eachClient } from '../clients/each-client.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import type { EventTopic } from '../events/event.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { pipelinesOf } from '../pipelines/pipeline-model.ts';
import { countReport } from './count-report.ts';
import { stockList } from './stock-list.ts';

export interface DailyTelling {
  readonly db: Db;
  readonly clientId: ClientId;
  /** Of the day in UTC; stands in the event. */
  readonly hour: number;
}

const TOLD: Readonly<Partial<Record<EventTopic, (telling: DailyTelling) => AsyncGenerator<object>>>> = {
  'stock.listed': stockList,
  'counts.reported': countReport,
};
const EVERY_5_MINUTES = '*/5 * * * *';
const DEFAULT_HOUR = 6;
const DAY_MS = 24 * 3_600_000;

interface DailyDocument {
  /** `<pipeline>/<node>` */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  /** The newest hour, as a moment, for which it was told. */
  readonly toldFor: Date;
}

/** @param told called for each client whose inbox has something new. */
export function dailyJob(
  { db, models }: Database,
  types: NodeTypes,
  told: (clientId: ClientId) => void,
  now: () => Date = () => new Date(),
): JobDefinition {
  async function tellClient(clientId: ClientId): Promise<boolean> {
    const kept = new ClientCollection<DailyDocument>(db, 'daily', clientId);
    let isNew = false;
    for (const { pipelineId, nodeId, topic, hour } of await listenersOf(clientId)) {
      const due = lastHour(now(), hour);
      const _id = `${pipelineId}/${nodeId}`;
      const before = await kept.findOne({ _id });
      if (before && before.toldFor >= due) continue;
      // By the hour that is due: a second try after a crash makes nothing new, and two flows of one hour share the event.
      const name = `${topic}:${hour}:${before ? due.toISOString() : `first:${_id}`}`;
      let part = 0;
      for await (const body of TOLD[topic]?.({ db, clientId, hour }) ?? []) {
        await acceptEvent(db, {
          clientId,
          source: 'syncflow',
          topic,
          dedupeKey: `${name}:${part}`,
          partition: name,
          body: Buffer.from(JSON.stringify(body)),
        });
        part += 1;
      }
      await kept.updateOne({ _id }, { $set: { pipelineId, toldFor: due } }, { upsert: true });
      isNew ||= part > 0;
    }
    return isNew;
  }

  async function listenersOf(clientId: ClientId) {
    const running = (await pipelinesOf(models, clientId)).filter(({ state }) => state === 'running');
    return running.flatMap(({ _id: pipelineId, graph }) =>
      graph.nodes.flatMap(({ id: nodeId, type, config }) => {
        const topic = types.get(type)?.wants;
        if (!topic || !TOLD[topic]) return [];
        const { hour = DEFAULT_HOUR } = config as { hour?: number };
        return [{ pipelineId, nodeId, topic, hour }];
      }),
    );
  }

  return {
    name: 'daily',
    cron: EVERY_5_MINUTES,
    run: (clientId, alive) =>
      eachClient(models, clientId, alive, async (client) => {
        if (await tellClient(client)) told(client);
      }),
  };
}

/** The newest moment, not later than now, at which it was this hour in UTC. */
function lastHour(now: Date, hour: number): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour);
  return new Date(today <= now.getTime() ? today : today - DAY_MS);
}
