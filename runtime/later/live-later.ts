/** The effects of other times and other messages that really happen: see `later-effects.ts`. */
import type { Db } from 'mongodb';
import { Rejected } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import { answerCall, callFlow, callOf } from './calls.ts';
import type { Clock, DueWork } from './clock.ts';
import { toDatedJson } from './dated-json.ts';
import { Firsts } from './firsts.ts';
import { Gatherings } from './gatherings.ts';
import { groupIdOf } from './group-id.ts';
import type { LaterEffects, Part } from './later-effects.ts';
import { type ScheduledTrigger, Schedules } from './schedules.ts';
import { Turns } from './turns.ts';
import { Waits } from './waits.ts';

export interface LiveLaterOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  /** The flows of the client that run here. */
  readonly running: () => readonly PipelineId[];
  /** Something is due at this moment. */
  readonly dueAt: Clock['wakeAt'];
  /** Their triggers by the clock. */
  readonly scheduled: () => readonly ScheduledTrigger[];
  /** The inbox has something new. */
  readonly eventMade: () => void;
  /** A message got no turn. */
  readonly dropped: (pipelineId: PipelineId, nodeId: string) => void;
}

export interface LiveLater {
  readonly works: readonly DueWork[];
  /** For one execution: which event it runs for, and in which flow. */
  effectsOf(event: IncomingEvent, pipelineId: PipelineId): LaterEffects;
}

export function liveLater(options: LiveLaterOptions): LiveLater {
  const { db, clientId, running, scheduled, dueAt, dropped, eventMade } = options;
  const waits = new Waits(db, clientId);
  const turns = new Turns(db, clientId);
  const firsts = new Firsts(db, clientId);
  const gatherings = new Gatherings(db, clientId);

  const works = [
    new Schedules(db, clientId, scheduled),
    ...[waits, gatherings].map((work) => ({
      release: (now: Date) => work.release(now, running()),
      nextAt: () => work.nextAt(running()),
    })),
  ];

  const effectsOf = (event: IncomingEvent, pipelineId: PipelineId): LaterEffects => ({
    sendAt: async ({ nodeId, key, part }, { output, item, at }) => {
      const continued = { output, items: [item], part, call: callOf(event) };
      const partition = event.partition ?? event.id;
      await waits.hold(key, { pipelineId, nodeId }, partition, continued, at);
      dueAt(at);
    },

    takeTurn: async ({ nodeId, key }, { group, ...turn }) => {
      const groupId = groupIdOf(clientId, { pipelineId, nodeId }, group);
      return await turns.take({ groupId, key, dropped: () => dropped(pipelineId, nodeId), ...turn });
    },

    isFirst: async ({ nodeId, key }, { group, periodMs }) =>
      await firsts.isFirst({
        groupId: groupIdOf(clientId, { pipelineId, nodeId }, group),
        key,
        at: event.receivedAt,
        periodMs,
      }),

    gather: async ({ nodeId, key, part }, item, { group, count, waitMs, whole, incomplete }) => {
      const to = { pipelineId, nodeId };
      const split = group === null ? partOf(part) : null;
      const id = groupIdOf(clientId, to, split ? `part ${split.of}` : `group ${group}`);
      await gatherings.add({
        id,
        to,
        partId: split ? `${id}/${placeOf(split)}` : `${clientId}/${key}`,
        body: toDatedJson(item),
        about: {
          group,
          count: split?.count ?? count,
          whole,
          incomplete,
          part: split?.within ?? null,
          call: callOf(event),
          waitMs,
        },
      });
      dueAt(new Date(Date.now() + waitMs));
      eventMade();
    },

    call: async (here, request) => {
      await callFlow(db, clientId, event, pipelineId, here, request);
      eventMade();
    },

    answer: async (here, item) => {
      if (await answerCall(db, clientId, event, here, item)) eventMade();
    },
  });

  return { works, effectsOf };
}

/** Sorts as the parts do, and is short. */
const placeOf = ({ index }: Part): string => String(index).padStart(6, '0');

function partOf(part: Part | null): Part {
  if (part) return part;
  throw new Rejected(
    'This message is no part of a list that was split, so it has nothing to be joined with.',
    {
      code: 'item.shape',
      fix: 'Split a list before this node, or join by number.',
    },
  );
}
