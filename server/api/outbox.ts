/** `GET /api/v1/outbox`, `POST /api/v1/outbox/:id/decision`: what was sent or waits to be, and what a person must decide. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId } from '#runtime/ids.ts';
import { decide, WAITS_FOR_PERSON } from '#runtime/outbox/decide.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import type { OutsideEffects } from '#runtime/outbox/outside-effect.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { Nothing, OutboxDecisionView, OutboxRow, pageOfRows } from './views.ts';

const STATES: Readonly<Record<'needs-you' | 'waiting' | 'ended' | 'all', Filter<OutboxDocument>>> = {
  'needs-you': WAITS_FOR_PERSON,
  waiting: {
    $or: [{ state: { $in: ['queued', 'sending'] } }, { state: 'in-doubt', 'doubt.needsPerson': false }],
  },
  ended: { state: { $in: ['sent', 'undone', 'dropped'] } },
  all: {},
};
const Query = ListQuery.extend({
  state: z.enum(['needs-you', 'waiting', 'ended', 'all']).default('all'),
  connection: z.string().max(64).optional(),
});
const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });
const Decision = z.strictObject({ decision: OutboxDecisionView });

export function outboxRoutes({ database, outsideEffects, wake }: ApiOptions): Route[] {
  const outboxOf = (clientId: ClientId) =>
    new ClientCollection<OutboxDocument>(database.db, 'outbox', clientId);

  const list = clientRoute({
    method: 'get',
    path: '/outbox',
    summary: 'What was sent or waits to be, newest first',
    may: 'see',
    query: Query,
    answer: pageOfRows(OutboxRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const filters: Filter<OutboxDocument>[] = [STATES[query.state]];
      if (query.connection)
        filters.push({ connectionId: query.connection as OutboxDocument['connectionId'] });
      filters.push(olderThan<OutboxDocument>('queuedAt', after));
      const found = await outboxOf(clientId)
        .find({ $and: filters }, { projection: { payload: 0 } })
        .sort({ queuedAt: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const names = await connectionNames(database, clientId);
      return pageOf(
        found,
        query.limit,
        (message) => rowOf(message, names, outsideEffects),
        ({ queuedAt, _id }) => ({ at: queuedAt, id: _id }),
      );
    },
  });

  const decideOne = clientRoute({
    method: 'post',
    path: '/outbox/:id/decision',
    summary: 'Decides about a message that waits for a person',
    may: 'decide',
    body: Decision,
    answer: Nothing,
    status: 202,
    run: async ({ clientId, params: { id }, body: { decision } }) => {
      const message = await outboxOf(clientId).findOne({ _id: id });
      const possible = message !== null && decisionsOf(message, outsideEffects).includes(decision);
      if (!possible || !(await decide(database.db, clientId, id, decision))) {
        throw new Problem(
          404,
          'Nothing to decide',
          'There is no such message, or it does not wait for this decision any more. Nothing was changed.',
        );
      }
      wake(clientId);
      return {};
    },
  });

  return [list, decideOne];
}

function rowOf(message: OutboxDocument, names: ConnectionNames, effects: OutsideEffects): OutboxRow {
  const { _id, queuedAt, subject, effect, connectionId, state, tries, repeats, knownBy, failure, doubt } =
    message;
  const needsPerson = state === 'dead' || (state === 'in-doubt' && doubt?.needsPerson === true);
  return {
    id: _id,
    at: queuedAt.toISOString(),
    subject,
    kind: effects.get(effect)?.title ?? effect,
    connection: names(connectionId),
    state,
    tries,
    repeats,
    knownBy,
    endedAt: message.endedAt?.toISOString() ?? null,
    code: failure?.code ?? null,
    reason: doubt?.reason ?? failure?.reason ?? null,
    fix: failure?.fix ?? null,
    sentence: sentenceOf(message),
    needsPerson,
    decisions: decisionsOf(message, effects),
  };
}

/** What a person may decide about a message as it stands. */
function decisionsOf(
  { state, doubt, effect }: OutboxDocument,
  effects: OutsideEffects,
): OutboxDecisionView[] {
  if (state === 'dead' || (state === 'in-doubt' && doubt?.needsPerson)) return ['done', 'again', 'drop'];
  return state === 'sent' && effects.get(effect)?.compensate ? ['undo'] : [];
}

function sentenceOf(message: OutboxDocument): string {
  const { state, doubt, notBefore, knownBy, repeats, step, report } = message;
  switch (state) {
    case 'queued':
      if (step === 'compensate') return 'Will be taken back.';
      return notBefore && notBefore.getTime() > Date.now()
        ? 'Waits for its next try. Nothing is lost.'
        : 'Waits for its turn.';
    case 'sending':
      return 'Is being sent.';
    case 'in-doubt':
      return doubt?.needsPerson
        ? 'It may have arrived or not, and nobody can look but you. Decide: it arrived, send it again, or drop it.'
        : 'It may have arrived or not. SyncFlow looks before it does anything again.';
    case 'sent': {
      const again = repeats > 0 ? ` It may have arrived ${repeats + 1} times.` : '';
      if (report?.state === 'delivered') return `Delivered: the service said so.${again}`;
      if (knownBy === 'look') return `Sent: the answer was lost, but a look showed that it arrived.${again}`;
      return knownBy === 'person' ? `Sent, as you saw.${again}` : `Sent.${again}`;
    }
    case 'undone':
      return 'Taken back.';
    case 'dropped':
      return 'Dropped by you.';
    case 'dead':
      return 'Could not be sent. It is kept until you decide.';
  }
}
