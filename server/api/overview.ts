/** `GET /api/v1/overview`: the sentence, what needs a person, and the tiles. */
import { z } from 'zod';
import { clientById } from '#runtime/clients/client-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { EventDocument } from '#runtime/events/event.ts';
import type { ClientId } from '#runtime/ids.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import { WAITS_FOR_PERSON } from '#runtime/outbox/decide.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { proofsOf } from '#runtime/verify/proof-document.ts';
import type { ApiOptions } from './client-context.ts';
import { type ConnectionState, connectionStates } from './connection-states.ts';
import { inTurns } from './in-turns.ts';
import { overviewFigures } from './overview-figures.ts';
import { clientRoute, type Route } from './route.ts';
import { type NeedView, OverviewView } from './views.ts';

const Query = z.object({ zone: z.string().max(64).default('UTC') });
const MINUTE_MS = 60_000;
/** A page that is watched asks twice a second. */
const GAP_MS = 700;

export function overviewRoutes(options: ApiOptions): Route[] {
  const overview = inTurns(async (key) => {
    const { clientId, zone } = JSON.parse(key) as { readonly clientId: ClientId; readonly zone: string };
    return await overviewOf(options, clientId, zone);
  }, GAP_MS);
  return [
    clientRoute({
      method: 'get',
      path: '/overview',
      summary: 'What the dashboard says first; days begin at midnight of the zone',
      may: 'see',
      query: Query,
      answer: OverviewView,
      run: async ({ clientId, query: { zone } }) => await overview(JSON.stringify({ clientId, zone })),
    }),
  ];
}

async function overviewOf(
  { database, services }: ApiOptions,
  clientId: ClientId,
  zone: string,
): Promise<OverviewView> {
  const { db, models } = database;
  const conflicts = new ClientCollection<ConflictDocument>(db, 'conflicts', clientId);
  const events = new ClientCollection<EventDocument>(db, 'events', clientId);
  const outbox = new ClientCollection<OutboxDocument>(db, 'outbox', clientId);
  const openConflicts = await conflicts.count({ state: 'open' });
  const [client, states, figures, deadLetters, messages, [proof], pipelines] = await Promise.all([
    clientById(models, clientId),
    connectionStates(database, clientId, services),
    overviewFigures(database, clientId, zone, openConflicts),
    events.count({ state: 'dead' }),
    outbox.count(WAITS_FOR_PERSON),
    proofsOf(db, clientId)
      .find({}, { projection: { deviations: 0 } })
      .sort({ startedAt: -1 })
      .limit(1)
      .toArray(),
    pipelinesOf(models, clientId),
  ]);
  const channels = states.filter(({ kind }) => kind === 'channel');
  return {
    client: { id: clientId, name: client?.name ?? '' },
    demo: client?.demo ?? false,
    flows: pipelines.filter(({ state }) => state === 'running').length,
    sentence: sentenceOf(channels),
    checkedAt: checkedAt(channels),
    needs: needsOf(states, openConflicts, deadLetters, messages, proof?.deviationsFound ?? 0),
    ...figures,
  };
}

/** When every channel had been asked what is new; null: one was not asked yet. */
function checkedAt(channels: readonly ConnectionState[]): string | null {
  const times = channels.map(({ polledAt }) => polledAt?.getTime() ?? Number.NaN);
  const oldest = Math.min(...times);
  return Number.isFinite(oldest) ? new Date(oldest).toISOString() : null;
}

function sentenceOf(states: readonly ConnectionState[]): OverviewView['sentence'] {
  if (states.length === 0)
    return { tone: 'warn', text: 'No channel is connected yet. Connect your first shop to begin.' };
  const bad = states.find(({ tone }) => tone === 'bad');
  if (bad) return { tone: 'bad', text: `${bad.name}: ${bad.word}. Its changes wait and are not lost.` };
  const behind = states.filter(({ waiting }) => waiting > 0);
  const waiting = behind.reduce((sum, state) => sum + state.waiting, 0);
  if (states.some(({ tone }) => tone === 'warn')) {
    const [first] = behind;
    const minutes = Math.floor((first?.behindMs ?? 0) / MINUTE_MS);
    if (behind.length === 1 && first && minutes > 0) {
      const wait = waiting === 1 ? 'one change waits' : `${waiting} changes wait`;
      return { tone: 'warn', text: `${first.name} is ${minutes} min behind: ${wait}.` };
    }
    const where = behind.length === 1 && first ? first.name : `${behind.length} channels`;
    return {
      tone: 'warn',
      text: `${where} ${behind.length === 1 ? 'is' : 'are'} catching up: ${waiting} ${waiting === 1 ? 'change waits' : 'changes wait'}.`,
    };
  }
  const all =
    states.length === 1
      ? 'Your channel is'
      : states.length === 2
        ? 'Both channels are'
        : `All ${states.length} channels are`;
  return {
    tone: 'ok',
    text:
      waiting > 0
        ? `${all} in step; ${waiting} ${waiting === 1 ? 'change is' : 'changes are'} on the way.`
        : `${all} in step.`,
  };
}

function needsOf(
  states: readonly ConnectionState[],
  conflicts: number,
  deadLetters: number,
  messages: number,
  deviations: number,
): NeedView[] {
  const needs: NeedView[] = [];
  if (deviations > 0) {
    const text =
      deviations === 1 ? 'The books differ in one thing' : `The books differ in ${deviations} things`;
    needs.push({ kind: 'proof', count: deviations, text, href: '/#proof' });
  }
  for (const { name, error, findings } of states) {
    const fix = error?.fix ?? findings.find(({ tone }) => tone === 'bad')?.fix;
    if (fix) needs.push({ kind: 'connection', count: 1, text: `${name}: ${fix}`, href: '/connections' });
  }
  if (conflicts > 0) {
    const text =
      conflicts === 1 ? 'One sale met too little stock' : `${conflicts} sales met too little stock`;
    needs.push({ kind: 'conflict', count: conflicts, text, href: '/conflicts' });
  }
  if (deadLetters > 0) {
    const text =
      deadLetters === 1 ? 'One event could not be handled' : `${deadLetters} events could not be handled`;
    needs.push({ kind: 'dead-letter', count: deadLetters, text, href: '/dead-letters' });
  }
  if (messages > 0) {
    const text = messages === 1 ? 'One message needs your word' : `${messages} messages need your word`;
    needs.push({ kind: 'outbox', count: messages, text, href: '/outbox' });
  }
  const unmatched = states.reduce((sum, state) => sum + state.unmatched, 0);
  if (unmatched > 0) {
    const text =
      unmatched === 1 ? 'One product could not be matched' : `${unmatched} products could not be matched`;
    needs.push({ kind: 'unmatched', count: unmatched, text, href: '/stock/matching' });
  }
  return needs;
}
