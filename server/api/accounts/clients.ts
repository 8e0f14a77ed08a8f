/** The agency and its clients. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { AGENCY_NAME_CHARACTERS_MAX, agencyById, renameAgency } from '#runtime/accounts/agency-model.ts';
import {
  CLIENT_NAME_CHARACTERS_MAX,
  type ClientDocument,
  clientOfAgency,
  clientsOf,
  ensureClient,
  renameClient,
  setRunner,
} from '#runtime/clients/client-model.ts';
import { ClientId } from '#runtime/ids.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { ListQuery, pageOf, readCursor } from '../paging.ts';
import { agencyRoute, type Route } from '../route.ts';
import { ClientRow, Nothing, pageOfRows } from '../views.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(64) });
const ClientName = z.strictObject({ name: z.string().trim().min(1).max(CLIENT_NAME_CHARACTERS_MAX) });
const AgencyName = z.strictObject({ name: z.string().trim().min(1).max(AGENCY_NAME_CHARACTERS_MAX) });

const SLUG_CHARACTERS_MAX = 32;
const SUFFIX_RADIX = 36;
const SUFFIX_MAX = SUFFIX_RADIX ** 4;

export function clientRoutes({ database: { models }, auth, reload }: ApiOptions): Route[] {
  const listAll = agencyRoute({
    method: 'get',
    path: '/clients',
    summary: 'The agency’s clients, oldest first',
    may: 'see',
    query: ListQuery,
    answer: pageOfRows(ClientRow),
    run: async ({ agencyId, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await clientsOf(models, agencyId, { after, limit: query.limit + 1 });
      return pageOf(found, query.limit, rowOf, ({ createdAt, _id }) => ({ at: createdAt, id: _id }));
    },
  });

  const add = agencyRoute({
    method: 'post',
    path: '/clients',
    summary: 'Takes a client on',
    may: 'manage',
    body: ClientName,
    answer: ClientRow,
    status: 201,
    run: async ({ agencyId, body: { name } }) =>
      rowOf(
        await ensureClient(models, {
          _id: newIdFor(name),
          agencyId,
          name,
          demo: false,
          createdAt: new Date(),
        }),
      ),
  });

  const rename = agencyRoute({
    method: 'patch',
    path: '/clients/:id',
    summary: 'Renames a client',
    may: 'manage',
    body: ClientName,
    answer: ClientRow,
    was: async ({ agencyId, params }) => {
      const id = ClientId.safeParse(params.id);
      const client = id.success ? await clientOfAgency(models, agencyId, id.data) : null;
      return client && { name: client.name };
    },
    run: async ({ agencyId, params, body: { name } }) => {
      const id = ClientId.safeParse(params.id);
      const before = id.success ? await renameClient(models, agencyId, id.data, name) : null;
      if (!before) throw new Problem(404, 'No such client', 'You have no client with this id.');
      return rowOf({ ...before, name });
    },
  });

  const runner = agencyRoute({
    method: 'put',
    path: '/clients/:id/runner',
    summary:
      'Says where a client’s flows run: in the runner that clients share, or in one of its own, where they may hold code',
    may: 'manage',
    body: z.strictObject({ runner: z.enum(['shared', 'own']) }),
    answer: Nothing,
    was: async ({ agencyId, params }) => {
      const id = ClientId.safeParse(params.id);
      const client = id.success ? await clientOfAgency(models, agencyId, id.data) : null;
      return client && { runner: client.runner ?? 'shared' };
    },
    run: async ({ agencyId, params, body }) => {
      const id = ClientId.safeParse(params.id);
      if (!id.success || !(await setRunner(models, agencyId, id.data, body.runner)))
        throw new Problem(404, 'No such client', 'You have no client with this id.');
      // The fleet gives it its runner, or takes it away.
      reload(id.data);
      return {};
    },
  });

  const renameOwn = agencyRoute({
    method: 'patch',
    path: '/agency',
    summary: 'Renames the agency',
    may: 'own',
    body: AgencyName,
    answer: Nothing,
    was: async ({ agencyId }) => ({ name: (await agencyById(models, agencyId))?.name }),
    run: async ({ agencyId, body: { name } }) => {
      await renameAgency(models, agencyId, name);
      auth.sessions.forget();
      return {};
    },
  });

  return [listAll, add, rename, runner, renameOwn];
}

function rowOf({ _id, name, demo, runner = 'shared', createdAt }: ClientDocument): ClientRow {
  return { id: _id, name, demo, runner, createdAt: createdAt.toISOString() };
}

/** To be read in addresses: `harbour-gifts-x4k2`. The end keeps two of one name apart. */
function newIdFor(name: string): ClientId {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARACTERS_MAX)
    .replace(/^-+|-+$/g, '');
  const suffix = randomInt(SUFFIX_MAX).toString(SUFFIX_RADIX).padStart(4, '0');
  return ClientId.parse(`${slug === '' ? 'client' : slug}-${suffix}`);
}
