/** How one wants to hear of a client's alerts, and by which connections they are sent. */
import { z } from 'zod';
import { personById } from '#runtime/accounts/person-model.ts';
import { AlertPreferences, readPreferences, savePreferences } from '#runtime/alerts/alert-preferences.ts';
import { readSenders, saveSenders } from '#runtime/alerts/alert-senders.ts';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { type ClientId, ConnectionId, type PersonId } from '#runtime/ids.ts';
import type { Principal } from '../auth/principal.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { AlertPreferencesView } from './views.ts';

const Senders = z.strictObject({ email: ConnectionId.nullable(), sms: ConnectionId.nullable() });

export function alertPreferenceRoutes({ database, services }: ApiOptions): Route[] {
  const { db, models } = database;

  const read = clientRoute({
    method: 'get',
    path: '/alerts/preferences',
    summary: 'How one wants to hear of alerts, and by what they can be sent',
    may: 'see',
    answer: AlertPreferencesView,
    run: async ({ clientId, principal }) => await viewOf(clientId, principal.personId),
  });

  const save = clientRoute({
    method: 'put',
    path: '/alerts/preferences',
    summary: 'Chooses how one wants to hear of alerts',
    may: 'see',
    body: AlertPreferences,
    answer: AlertPreferencesView,
    was: async ({ clientId, principal }) =>
      principal.personId && (await readPreferences(db, clientId, principal.personId)),
    run: async ({ clientId, principal, body }) => {
      const person = demandPerson(principal);
      const wantsText = Object.values(body.ways).some((ways) => ways?.includes('sms'));
      if (wantsText && body.phone === null) {
        throw new Problem(
          400,
          'No number',
          'Give the number to which text messages go. Nothing was changed.',
        );
      }
      await savePreferences(db, clientId, person, body);
      return await viewOf(clientId, person);
    },
  });

  const choose = clientRoute({
    method: 'put',
    path: '/alerts/senders',
    summary: "Chooses by which connections the client's alerts are sent",
    may: 'connect',
    body: Senders,
    answer: AlertPreferencesView,
    run: async ({ clientId, principal, body }) => {
      const connections = await connectionsOf(models, clientId);
      for (const way of ['email', 'sms'] as const) {
        const chosen = connections.find(({ _id }) => _id === body[way]);
        if (body[way] !== null && (!chosen || services.get(chosen.channel)?.carries !== way)) {
          const what = way === 'email' ? 'emails' : 'text messages';
          throw new Problem(
            404,
            'No such connection',
            `None of your connections with this id sends ${what}. Nothing was changed.`,
          );
        }
      }
      await saveSenders(db, clientId, body);
      return await viewOf(clientId, principal.personId);
    },
  });

  async function viewOf(clientId: ClientId, personId: PersonId | null): Promise<AlertPreferencesView> {
    const [preferences, person, senders, connections] = await Promise.all([
      personId && readPreferences(db, clientId, personId),
      personId && personById(models, personId),
      readSenders(database, services, clientId),
      connectionsOf(models, clientId),
    ]);
    const able = (way: 'email' | 'sms') => ({
      by: senders[way]?._id ?? null,
      able: connections
        .filter(({ channel }) => services.get(channel)?.carries === way)
        .map(({ _id, name }) => ({ id: _id, name })),
    });
    return {
      email: person?.email ?? null,
      preferences: preferences ?? null,
      senders: { email: able('email'), sms: able('sms') },
    };
  }

  return [read, save, choose];
}

function demandPerson({ personId }: Principal): PersonId {
  if (personId) return personId;
  throw new Problem(
    403,
    'No person',
    'Only somebody with an account of their own has preferences. Sign in as a person. Nothing was changed.',
  );
}
