/** Alerts: the list, and what a person does about one. */
import { z } from 'zod';
import type { AlertDocument } from '#runtime/alerts/alert-document.ts';
import { acknowledge, mute, mutedUntil, unmute } from '#runtime/alerts/mute-alerts.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId } from '#runtime/ids.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { decidedBy } from './conflict-words.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { AlertRow, pageOfRows } from './views.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });
const HOURS_MAX = 24 * 30;
const Mute = z.strictObject({ hours: z.int().min(1).max(HOURS_MAX) });

export function alertRoutes({ database, changed }: ApiOptions): Route[] {
  const { db } = database;
  const told = (clientId: ClientId): undefined => {
    changed(clientId, ['alerts']);
    return undefined;
  };

  const list = clientRoute({
    method: 'get',
    path: '/alerts',
    summary: 'Alerts, newest first',
    may: 'see',
    query: ListQuery,
    answer: pageOfRows(AlertRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await new ClientCollection<AlertDocument>(db, 'alerts', clientId)
        .find(olderThan<AlertDocument>('at', after))
        .sort({ at: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const mutes = await mutedUntil(
        db,
        clientId,
        found.map(({ group }) => group),
      );
      return pageOf(
        found,
        query.limit,
        (alert) => rowOf(alert, mutes.get(alert.group) ?? null),
        ({ at, _id }) => ({ at, id: _id }),
      );
    },
  });

  const seen = clientRoute({
    method: 'post',
    path: '/alerts/:id/acknowledge',
    summary: 'Says that somebody has seen an alert and looks after it',
    may: 'decide',
    answer: null,
    run: async ({ clientId, by, params: { id } }) => {
      if (!(await acknowledge(db, clientId, id, by))) throw gone();
      return told(clientId);
    },
  });

  const silence = clientRoute({
    method: 'post',
    path: '/alerts/:id/mute',
    summary: 'Tells nobody of alerts of this kind for some hours; they stand on the page all the same',
    may: 'decide',
    body: Mute,
    answer: null,
    run: async ({ clientId, by, params: { id }, body: { hours } }) => {
      if ((await mute(db, clientId, id, hours, by)) === null) throw gone();
      return told(clientId);
    },
  });

  const speak = clientRoute({
    method: 'delete',
    path: '/alerts/:id/mute',
    summary: 'Tells of alerts of this kind again',
    may: 'decide',
    answer: null,
    run: async ({ clientId, params: { id } }) => {
      if (!(await unmute(db, clientId, id))) throw gone();
      return told(clientId);
    },
  });

  return [list, seen, silence, speak];
}

function rowOf(alert: AlertDocument, mute: Date | null): AlertRow {
  const { _id, at, level, title, text, pipelineId, topic = 'other', count = 1, lastAt = at } = alert;
  const { acknowledged, healedAt, connectionId } = alert;
  return {
    id: _id,
    at: at.toISOString(),
    level,
    title,
    text,
    pipelineId,
    topic,
    count,
    lastAt: lastAt.toISOString(),
    ongoing: connectionId !== undefined && healedAt === null,
    healedAt: healedAt?.toISOString() ?? null,
    removed: alert.removed ?? false,
    acknowledged: acknowledged ? { by: decidedBy(acknowledged.by), at: acknowledged.at.toISOString() } : null,
    mutedUntil: mute?.toISOString() ?? null,
  };
}

function gone(): Problem {
  return new Problem(404, 'No such alert', 'You have no alert with this id. Nothing was changed.');
}
