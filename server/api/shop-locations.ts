/** At which of its locations a shop is kept in step. */
import { z } from 'zod';
import { type ConnectionDocument, connectionsOf } from '#runtime/clients/connection-model.ts';
import { openLivingAccount } from '#runtime/clients/key-keeper.ts';
import { keepLocations, type LocationsKept } from '#runtime/connecting/keep-locations.ts';
import { proposeLocations } from '#runtime/connecting/propose-locations.ts';
import { type ClientId, LocationId } from '#runtime/ids.ts';
import { primaryOf } from '#runtime/orders/policy/location-choice.ts';
import { readClientPolicy } from '#runtime/orders/policy/policy-store.ts';
import { locationsOf } from '#runtime/stock/locations.ts';
import type { RemoteLocation } from '#runtime/sync/channel.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { clientRoute, type Route } from './route.ts';
import { told } from './told.ts';
import { ShopLocationsView } from './views.ts';

const LOCATIONS_MAX = 50;
const Chosen = z.strictObject({
  locations: z
    .array(z.strictObject({ id: z.string().min(1).max(100), location: LocationId }))
    .max(LOCATIONS_MAX),
});

export function shopLocationRoutes({ database, vault, channels, reload, changed }: ApiOptions): Route[] {
  const { db, models } = database;

  const see = clientRoute({
    method: 'get',
    path: '/connections/:id/locations',
    summary: 'The locations of a shop, and to which of yours each goes',
    may: 'connect',
    answer: ShopLocationsView,
    run: async ({ clientId, params }) => {
      const connection = await connectionOf(clientId, params.id);
      return await viewOf(connection, await locationsAt(connection));
    },
  });

  const choose = clientRoute({
    method: 'put',
    path: '/connections/:id/locations',
    summary:
      'Chooses at which locations a shop is kept in step, and reads its products anew. None: at one, which shows all that is there',
    may: 'connect',
    body: Chosen,
    answer: ShopLocationsView,
    was: async ({ clientId, params }) => (await connectionOf(clientId, params.id)).locations ?? null,
    run: async ({ clientId, params, body: { locations } }) => {
      const connection = await connectionOf(clientId, params.id);
      const shop = await locationsAt(connection);
      const kept = await keepLocations(database, connection, shop, locations, await primaryAt(clientId));
      if (kept.outcome !== 'kept')
        throw new Problem(400, 'Not chosen', `${refusal(kept)} Nothing was changed.`);
      reload(clientId);
      changed(clientId, ['connections', 'stock']);
      return await viewOf(await connectionOf(clientId, params.id), shop);
    },
  });

  async function connectionOf(clientId: ClientId, id: string): Promise<ConnectionDocument> {
    const connection = (await connectionsOf(models, clientId)).find(({ _id }) => _id === id);
    if (connection && channels.get(connection.channel)?.severalLocations) return connection;
    throw new Problem(
      404,
      'No such shop',
      'There is no shop with this id that can be kept in step at several locations. Nothing was changed.',
    );
  }

  async function locationsAt(connection: ConnectionDocument): Promise<readonly RemoteLocation[]> {
    const channel = channels.get(connection.channel);
    const client = channel?.open(openLivingAccount(db, vault, channel, connection));
    return await told(async () => (await client?.locations?.()) ?? []);
  }

  async function primaryAt(clientId: ClientId): Promise<LocationId> {
    return primaryOf((await readClientPolicy(db, clientId)).locationOrder);
  }

  async function viewOf(
    { clientId, locations = [] }: ConnectionDocument,
    shop: readonly RemoteLocation[],
  ): Promise<ShopLocationsView> {
    const known = await locationsOf(db, clientId);
    const kept = new Map(locations.map(({ id, location }) => [id, location]));
    const proposed = proposeLocations(shop, known, await primaryAt(clientId));
    return {
      several: locations.length > 0,
      known,
      locations: proposed.map(({ id, name, first, location }) => ({
        id,
        name,
        first,
        location: kept.get(id) ?? location,
        kept: locations.length > 0 ? kept.has(id) : first,
      })),
    };
  }

  return [see, choose];
}

function refusal(kept: Exclude<LocationsKept, { outcome: 'kept' }>): string {
  switch (kept.outcome) {
    case 'unknown':
      return 'The shop has no such location, or it is not active there any more. Load the page again.';
    case 'twice':
      return `"${kept.location}" was named twice: each location of the shop goes to one of yours.`;
    case 'first-missing':
      return `"${kept.name}" must be among them, and go to "${kept.location}": its stock lies there.`;
  }
}
