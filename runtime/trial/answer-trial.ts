/** A whole trial, from the request to the report: what a trial's process does, and then ends. */
import type { Db } from 'mongodb';
import type { Host } from '../host/host.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import type { Channel } from '../sync/channel.ts';
import { databaseWorld } from './database-world.ts';
import { exampleEvent, topicOf } from './example-event.ts';
import { fixedWorld } from './fixed-world.ts';
import { recordedEvents } from './recorded-events.ts';
import { runFlowTests, runTrial } from './run-trial.ts';
import { eventOfSample, type SampleEvent } from './sample-event.ts';
import type { TrialReport, TrialRequest } from './trial.ts';

export interface TrialTools {
  readonly host: Host;
  /** Only read. */
  readonly db: Db;
  readonly types: NodeTypes;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly progress: (done: number, total: number) => void;
}

/** It can't be tried; the message is a sentence for people. */
export class TrialRefused extends Error {
  override readonly name = 'TrialRefused';
}

/** @throws {TrialRefused} when there is nothing to try. */
export async function answerTrial(request: TrialRequest, tools: TrialTools): Promise<TrialReport> {
  const { host, db, types, channels, progress } = tools;
  const { clientId, of, graph } = request;
  if (of.kind === 'tests') return await runFlowTests(host, request, progress);
  if (of.kind === 'sample') return await trySample(request, of.event, tools);
  const { events, more, orders } = await recordedEvents(db, clientId, of);
  const world = await databaseWorld(db, clientId, channels, orders);
  if (of.kind === 'example') {
    const topic = topicOf(graph, types);
    if (!topic)
      throw new TrialRefused('This flow has no trigger yet that an example can be made for. Add one first.');
    return await trySample(request, await exampleEvent(topic, { db, clientId, world }), tools);
  }
  if (events.length === 0)
    throw new TrialRefused(
      of.kind === 'event'
        ? 'That event is not kept any more: events are kept for 90 days.'
        : 'No event came in that period. Choose a longer one.',
    );
  return await runTrial(request, { host, world, events, more, progress });
}

async function trySample(
  request: TrialRequest,
  sample: SampleEvent,
  { host, progress }: TrialTools,
): Promise<TrialReport> {
  const events = [eventOfSample(sample)];
  return await runTrial(request, { host, world: fixedWorld(sample), events, more: false, progress });
}
