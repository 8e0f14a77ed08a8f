/** Calls from one flow to another: each is an event for the called one, each answer an event for the caller. */
import type { Db } from 'mongodb';
import { Rejected } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { acceptEvent } from '../events/inbox.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import { type Call, continuedBody, readContinued } from './continued.ts';
import type { Here, Item } from './later-effects.ts';

/** Flows that call each other in a ring are refused before a deploy; this ends what two deploys at one moment let through. */
const DEPTH_MAX = 10;

/** Who called the flow that runs for the event; null: nobody. */
export function callOf({ topic, body }: IncomingEvent): Call | null {
  return topic === 'flow.continued' || topic === 'flow.called' ? readContinued(body).call : null;
}

export interface CallRequest {
  readonly flow: PipelineId;
  readonly item: Item;
  /** The output by which answers come; null: none are wanted. */
  readonly answer: string | null;
}

/**
 * Calls a flow, once for each key.
 * @throws {Rejected} when too many calls led here.
 */
export async function callFlow(
  db: Db,
  clientId: ClientId,
  event: IncomingEvent,
  pipelineId: PipelineId,
  { nodeId, key, part }: Here,
  { flow, item, answer }: CallRequest,
): Promise<void> {
  const call = callOf(event);
  const depth = (call?.depth ?? 0) + 1;
  if (depth > DEPTH_MAX) {
    throw new Rejected(
      `Flows called each other ${DEPTH_MAX} times in a row, so the last call was not made.`,
      {
        fix: 'Look for flows that call each other in a ring, and take one of the calls out.',
      },
    );
  }
  const answerTo = answer === null ? null : { pipelineId, nodeId, output: answer, part, call };
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'flow.called',
    dedupeKey: `call:${key}`,
    partition: event.partition ?? event.id,
    body: continuedBody({ output: '', items: [item], part: null, call: { depth, answerTo } }),
    to: { pipelineId: flow, nodeId: null },
  });
}

/** Gives the caller an answer, once for each key. @returns false when nobody waits for one. */
export async function answerCall(
  db: Db,
  clientId: ClientId,
  event: IncomingEvent,
  { key }: Here,
  item: Item,
): Promise<boolean> {
  const answerTo = callOf(event)?.answerTo;
  if (!answerTo) return false;
  const { pipelineId, nodeId, output, part, call } = answerTo;
  await acceptEvent(db, {
    clientId,
    source: 'syncflow',
    topic: 'flow.continued',
    dedupeKey: `answer:${key}`,
    partition: event.partition ?? event.id,
    body: continuedBody({ output, items: [item], part, call }),
    to: { pipelineId, nodeId },
  });
  return true;
}
