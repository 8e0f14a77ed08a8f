/** A job's way through the clients. */
import type { Connection } from 'mongoose';
import type { ClientId } from '../ids.ts';
import { allClients } from './client-model.ts';

/**
 * Does something for one client, or for all of them one after another, and says after each that the job is alive.
 * @param clientId null: all clients of all agencies, oldest first.
 */
export async function eachClient(
  models: Connection,
  clientId: ClientId | null,
  alive: () => Promise<void>,
  work: (clientId: ClientId) => Promise<void>,
): Promise<void> {
  const clients = clientId ? [clientId] : (await allClients(models)).map(({ _id }) => _id);
  for (const client of clients) {
    await work(client);
    await alive();
  }
}
