/** `/api/v1/audit`: who did what in the agency, to look through and to take away. */
import { stringify } from 'csv-stringify/sync';
import { ObjectId } from 'mongodb';
import { z } from 'zod';
import { ClientId } from '#runtime/ids.ts';
import type { AuditEntry } from '../audit/audit-log.ts';
import { deviceWords } from '../auth/device-words.ts';
import type { ApiOptions } from './client-context.ts';
import { ListQuery, literally, pageOf, readCursor } from './paging.ts';
import { agencyRoute, type Route } from './route.ts';
import { AuditRow, pageOfRows } from './views.ts';

const EXPORT_ROWS_MAX = 50_000;
const Search = z.object({
  search: ListQuery.shape.search,
  client: ClientId.optional(),
  from: z.iso.datetime().optional().describe('Not before'),
  until: z.iso.datetime().optional().describe('Before'),
});
const Query = ListQuery.extend(Search.shape);
const Position = z.object({ id: z.string().regex(/^[a-f0-9]{24}$/) });

export function auditRoutes({ auth: { audit } }: ApiOptions): Route[] {
  const look = agencyRoute({
    method: 'get',
    path: '/audit',
    summary: 'Who did what, newest first; kept for two years',
    may: 'manage',
    query: Query,
    answer: pageOfRows(AuditRow),
    run: async ({ agencyId, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await audit.newest(
        agencyId,
        after && new ObjectId(after.id),
        query.limit + 1,
        searchOf(query),
      );
      return pageOf(found, query.limit, rowOf, ({ _id }) => ({ id: _id.toHexString() }));
    },
  });

  const take = agencyRoute({
    method: 'get',
    path: '/audit/export',
    summary: 'The same as a file of comma separated values: the newest 50,000',
    may: 'manage',
    query: Search,
    answer: z.string(),
    media: 'text/csv',
    run: async ({ agencyId, query }) => {
      const rows: AuditRow[] = [];
      for await (const entry of audit.all(agencyId, searchOf(query), EXPORT_ROWS_MAX))
        rows.push(rowOf(entry));
      // What people typed must be no formula where the file is opened.
      return stringify(rows.map(cellsOf), { header: true, escape_formulas: true });
    },
  });

  return [look, take];
}

function searchOf({ search, client, from, until }: z.output<typeof Search>) {
  return {
    clientId: client,
    search: search ? new RegExp(literally(search), 'i') : undefined,
    from: from === undefined ? undefined : new Date(from),
    until: until === undefined ? undefined : new Date(until),
  };
}

function rowOf({ _id, at, by, clientId, device, ...entry }: AuditEntry): AuditRow {
  const [kind = '', id = '', ...name] = by.split(':');
  const { summary, action, target, outcome, reason, sent, before, after, address, requestId } = entry;
  return {
    id: _id.toHexString(),
    at: at.toISOString(),
    by: name.join(':'),
    kind: id === 'terminal' ? 'terminal' : kind === 'key' ? 'key' : 'person',
    clientId,
    device: deviceWords(device),
    ...{ summary, action, target, outcome, reason, sent, before, after, address, requestId },
  };
}

function cellsOf({ sent, before, after, ...row }: AuditRow) {
  const text = (value: unknown) => (value === null || value === undefined ? '' : JSON.stringify(value));
  return { ...row, sent: text(sent), before: text(before), after: text(after) };
}
