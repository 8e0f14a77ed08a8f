/**
 * A bench for nodes: one client's runtime as a runner has it, on the real Node-RED and a real database, with two nodes of its own.
 * `bench-start` sends what a test sends, `bench-collect` writes down what reaches it, once for each key.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from 'mongodb';
import { z } from 'zod';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import { defineNode, defineTrigger } from '#nodes/kit/define-node.ts';
import { AnyPort } from '#nodes/kit/port-types.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { acceptEvent } from '#runtime/events/inbox.ts';
import { ClientRuntime } from '#runtime/host/client-runtime.ts';
import { Host, type HostedPipeline } from '#runtime/host/host.ts';
import { ClientId, PipelineId } from '#runtime/ids.ts';
import { Meter } from '#runtime/metrics/meter.ts';
import { figuresOf, readMinutes } from '#runtime/metrics/read-figures.ts';
import type { Graph } from '#runtime/pipelines/graph.ts';
import { nodeTypesOf } from '#runtime/pipelines/node-type.ts';
import { Vault } from '#runtime/vault/vault.ts';

interface Collected {
  readonly _id: string;
  readonly by: string;
  readonly item: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

export interface FlowBench {
  readonly clientId: ClientId;
  /** Puts these flows to work, by their ids. */
  deploy(flows: Readonly<Record<string, Graph>>): Promise<void>;
  /** Accepts an event that `bench-start` makes items of. @returns its key, for `again`. */
  send(items: object | readonly object[]): Promise<string>;
  /** Runs an event once more, as a retry does. */
  again(key: string): Promise<void>;
  /** What reached a collecting node, in the order in which it came, when it is so many. */
  collected(by: string, many: number): Promise<readonly Collected[]>;
  /** What the meter of a flow has counted under a name. */
  counted(flow: string, name: string): Promise<number>;
  /** Lets 40 days go by for all that waits, in its order. @returns for how many milliseconds each would have waited. */
  due(): Promise<readonly number[]>;
  /** Ends when nothing waits in the inbox. */
  quiet(): Promise<void>;
  /** Works off nothing any more, as if another process had the client, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const base = { summary: '', help: '', group: 'Decide' as const };

const GONE_BY_MS = 40 * 86_400_000;

function benchTypes(db: Db) {
  const start = defineTrigger({
    ...base,
    type: 'bench-start',
    title: 'Start',
    wants: 'order.changed',
    outputs: { out: AnyPort },
    config: z.object({}),
    run: ({ event }) => ({ out: JSON.parse(event.body.toString()) as Record<string, unknown>[] }),
  });
  const collect = defineNode({
    ...base,
    type: 'bench-collect',
    title: 'Collect',
    effect: 'none',
    input: AnyPort,
    outputs: {},
    config: z.object({}),
    run: async ({ input, context }) => {
      const collected = db.collection<Collected>('collected');
      await collected.updateOne(
        { _id: context.key },
        { $setOnInsert: { by: context.nodeId, item: input, at: new Date() } },
        { upsert: true },
      );
      return {};
    },
  });
  return nodeTypesOf([...ALL_NODE_TYPES.values(), start, collect]);
}

/**
 * Opens the bench; one at a time in a process, since Node-RED is.
 * @param runner the beginning of the name under which it holds leases.
 */
export async function openFlowBench(
  database: Database,
  clientId = ClientId.parse(`bench-${randomUUID()}`),
  runner = 'bench',
): Promise<FlowBench> {
  const { db } = database;
  const host = await Host.start({
    types: benchTypes(db),
    onWire: () => {},
    onNode: () => {},
    onLost: () => {},
    onLog: () => {},
  });
  const meter = new Meter(db);
  const begin = async (): Promise<ClientRuntime> => {
    const begun = new ClientRuntime({ ...options, runner: `${runner}-${randomUUID()}` });
    await begun.start([]);
    return begun;
  };
  const options = {
    database,
    clientId,
    host,
    vault: new Vault(Buffer.alloc(32, 7)),
    channels: new Map(),
    services: ALL_SERVICES,
    outsideEffects: ALL_OUTSIDE_EFFECTS,
    meter,
    settleMs: 0,
    pollMs: 60_000,
    hooksUrl: null,
    traceBytesMax: 1_000_000,
    changed: () => {},
    log: () => {},
  };
  let runtime = await begin();
  const events = db.collection('events');
  return {
    clientId,
    deploy: async (flows) => {
      const hosted = Object.entries(flows).map(
        ([id, graph]): HostedPipeline => ({ id: PipelineId.parse(id), clientId, name: `Flow ${id}`, graph }),
      );
      await host.deploy(hosted);
      await runtime.reload();
    },
    send: async (items) => {
      const dedupeKey = randomUUID();
      const body = Buffer.from(JSON.stringify(items));
      const event = { clientId, source: 'syncflow', topic: 'order.changed', dedupeKey, body } as const;
      await acceptEvent(db, { ...event, partition: dedupeKey });
      runtime.wake();
      return dedupeKey;
    },
    again: async (dedupeKey) => {
      await events.updateOne(
        { clientId, dedupeKey },
        { $set: { state: 'queued', endedAt: null, flows: { done: [], givenUp: [] } } },
      );
      runtime.wake();
    },
    collected: async (by, many) => {
      const find = () => db.collection<Collected>('collected').find({ by }).sort({ at: 1 }).toArray();
      let found = await find();
      for (let turn = 0; turn < 400 && found.length < many; turn += 1) {
        await wait(20);
        found = await find();
      }
      return found;
    },
    counted: async (flow, name) => {
      await meter.flush();
      return figuresOf(await readMinutes(db, clientId, [PipelineId.parse(flow)], new Date(0))).count(name);
    },
    due: async () => {
      const waited: number[] = [];
      for (const name of ['waits', 'gatherings']) {
        const waiting = db.collection<{ _id: string; dueAt: Date }>(name);
        for (const { _id, dueAt } of await waiting.find({ clientId }).sort({ dueAt: 1 }).toArray()) {
          waited.push(dueAt.getTime() - Date.now());
          await waiting.updateOne({ _id }, { $set: { dueAt: new Date(dueAt.getTime() - GONE_BY_MS) } });
        }
      }
      await runtime.reload();
      return waited;
    },
    quiet: async () => {
      const waiting = { clientId, state: { $in: ['queued', 'running', 'retry'] } };
      for (let turn = 0; turn < 400 && (await events.countDocuments(waiting)) > 0; turn += 1) await wait(20);
    },
    pause: async () => await runtime.stop(),
    resume: async () => {
      runtime = await begin();
    },
    stop: async () => {
      await runtime.stop();
      await host.stop();
    },
  };
}
