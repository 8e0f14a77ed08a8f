/** The session: who is signed in, its renewal, and its end. */

import { z } from 'zod';
import { agencyById } from '#runtime/accounts/agency-model.ts';
import { isAnybodyThere, personById } from '#runtime/accounts/person-model.ts';
import { clientOfAgency, clientsOf } from '#runtime/clients/client-model.ts';
import { ClientId } from '#runtime/ids.ts';
import { PERMISSIONS } from '../../auth/permissions.ts';
import { mayReach, type Principal, recordOf } from '../../auth/principal.ts';
import type { SessionDocument } from '../../auth/sessions.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { openRoute, personRoute, type Route, type Visit } from '../route.ts';
import { Nothing, SessionView } from '../views.ts';

const CLIENTS_SHOWN = 200;
const Query = z.object({ client: ClientId.optional() });

export function sessionRoutes({ database, auth, version }: ApiOptions): Route[] {
  const { models } = database;

  const read = personRoute({
    method: 'get',
    path: '/session',
    summary: 'Who is signed in, what they may, and for which clients',
    query: Query,
    answer: SessionView,
    run: async ({ principal, query }) => await viewOf(principal, query.client),
  });

  const refresh = openRoute({
    method: 'post',
    path: '/session/refresh',
    summary: 'Gets a new access token by the refresh token, which is used up',
    unaudited: true,
    answer: Nothing,
    run: async ({ visit }) => {
      const refreshed = visit.refreshToken
        ? await auth.sessions.refresh(visit.refreshToken, visit)
        : 'refused';
      if (refreshed !== 'refused' && !('reused' in refreshed)) {
        visit.signIn(refreshed);
        return {};
      }
      visit.signOut();
      if (typeof refreshed === 'object') await noteReuse(refreshed.reused, visit);
      throw refreshed === 'refused'
        ? new Problem(401, 'Sign in first', 'You are not signed in, or not any more.')
        : new Problem(
            401,
            'Signed out for safety',
            'Your session was used in two places at once, so it was ended in both. Sign in again.',
          );
    },
  });

  const end = openRoute({
    method: 'delete',
    path: '/session',
    summary: 'Signs out',
    answer: null,
    run: async ({ visit }) => {
      if (visit.refreshToken) await auth.sessions.endByToken(visit.refreshToken);
      visit.signOut();
      return undefined;
    },
  });

  /** Two held one token: one of them may be a thief. */
  async function noteReuse(
    { personId, agencyId }: SessionDocument,
    { address, device }: Visit,
  ): Promise<void> {
    const person = personId && (await personById(models, personId));
    await auth.audit.note(
      {
        agencyId,
        clientId: null,
        by: recordOf('person', personId ?? 'terminal', person?.name ?? ''),
        action: 'post /session/refresh',
        summary: 'Used a refresh token a second time',
        target: '/session/refresh',
        sent: null,
        before: null,
        address,
        device,
        requestId: '',
      },
      { outcome: 'refused', reason: 'Signed out for safety', after: null },
    );
  }

  async function viewOf(principal: Principal, named: ClientId | undefined): Promise<SessionView> {
    const { agencyId, personId, permissions, clients } = principal;
    const [agency, person, shown, wanted, anybody] = await Promise.all([
      agencyById(models, agencyId),
      personId ? personById(models, personId) : null,
      clientsOf(models, agencyId, { among: clients && [...clients], limit: CLIENTS_SHOWN }),
      named && mayReach(principal, named) ? clientOfAgency(models, agencyId, named) : null,
      isAnybodyThere(models),
    ]);
    const [first] = shown;
    const client = wanted ?? (named === undefined && shown.length === 1 && first ? first : null);
    return {
      person: person && {
        id: person._id,
        name: person.name,
        email: person.email,
        role: person.role,
        totp: person.totp !== null,
      },
      agency: { id: agencyId, name: agency?.name ?? '' },
      permissions: PERMISSIONS.filter((permission) => permissions.has(permission)),
      client: client && { id: client._id, name: client.name },
      clients: shown.map(({ _id, name }) => ({ id: _id, name })),
      unclaimed: !anybody,
      version,
    };
  }

  return [read, refresh, end];
}
