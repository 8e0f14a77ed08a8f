/** API keys: what programs of the agency or of a client use instead of a person's session. */
import { z } from 'zod';
import { PERMISSIONS } from '../../auth/permissions.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { ListQuery, pageOf, readCursor } from '../paging.ts';
import { agencyRoute, type Route } from '../route.ts';
import { ApiKeyRow, NewApiKeyView, pageOfRows } from '../views.ts';
import { mustBeClientsOf, namesOfClients } from './client-names.ts';
import { Clients } from './members.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(64) });
const DAY_MS = 86_400_000;
const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(80),
  /** What a key may: never the agency itself. */
  permissions: z
    .array(z.enum(PERMISSIONS).exclude(['own']))
    .min(1)
    .max(PERMISSIONS.length),
  clients: Clients,
  /** Days until it ends; null: never. */
  days: z.int().min(1).max(3_650).nullable(),
});

export function keyRoutes({ database, auth: { keys } }: ApiOptions): Route[] {
  const listAll = agencyRoute({
    method: 'get',
    path: '/keys',
    summary: 'API keys, oldest first; the keys themselves can’t be seen again',
    may: 'manage',
    query: ListQuery,
    answer: pageOfRows(ApiKeyRow),
    run: async ({ agencyId, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await keys.ofAgency(agencyId, after, query.limit + 1);
      const names = await namesOfClients(
        database,
        agencyId,
        found.map(({ clients }) => clients),
      );
      return pageOf(
        found,
        query.limit,
        ({ _id, name, permissions, clients, createdAt, expiresAt, lastUsedAt, lastUsedFrom }): ApiKeyRow => ({
          id: _id,
          name,
          permissions,
          clients: names(clients),
          createdAt: createdAt.toISOString(),
          expiresAt: expiresAt?.toISOString() ?? null,
          lastUsedAt: lastUsedAt?.toISOString() ?? null,
          lastUsedFrom,
        }),
        ({ createdAt, _id }) => ({ at: createdAt, id: _id }),
      );
    },
  });

  const make = agencyRoute({
    method: 'post',
    path: '/keys',
    summary: 'Makes an API key; it may no more than who makes it',
    may: 'manage',
    body: NewKey,
    answer: NewApiKeyView,
    status: 201,
    run: async ({ agencyId, principal, by, body: { name, permissions, clients, days } }) => {
      const beyond = permissions.find((permission) => !principal.permissions.has(permission));
      if (beyond !== undefined) {
        throw new Problem(403, 'Not allowed', `You don’t have the permission “${beyond}” yourself.`);
      }
      await mustBeClientsOf(database, agencyId, clients);
      const { document, key } = await keys.make({
        agencyId,
        clients,
        name,
        permissions: [...new Set(permissions)],
        createdBy: by,
        expiresAt: days === null ? null : new Date(Date.now() + days * DAY_MS),
      });
      return { id: document._id, key };
    },
  });

  const revoke = agencyRoute({
    method: 'delete',
    path: '/keys/:id',
    summary: 'Takes a key back: it ends at once',
    may: 'manage',
    answer: null,
    was: async ({ agencyId, params: { id } }) => {
      const key = await keys.one(agencyId, id);
      return key && { name: key.name, permissions: key.permissions, clients: key.clients };
    },
    run: async ({ agencyId, params: { id } }) => {
      if (await keys.revoke(agencyId, id)) return undefined;
      throw new Problem(404, 'No such key', 'It may be taken back already.');
    },
  });

  return [listAll, make, revoke];
}
