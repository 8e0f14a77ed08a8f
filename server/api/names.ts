/** Names of a client's connections, for lists that show them. */
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId } from '#runtime/ids.ts';

export interface ConnectionName {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
}

export type ConnectionNames = (id: string) => ConnectionName;

/** Looks the names up once; a connection that was removed is called so. */
export async function connectionNames({ models }: Database, clientId: ClientId): Promise<ConnectionNames> {
  const connections = await connectionsOf(models, clientId);
  const names = new Map<string, ConnectionName>(
    connections.map(({ _id, name, channel }) => [_id, { id: _id, name, channel }]),
  );
  return (id) => names.get(id) ?? { id, name: 'A removed connection', channel: '' };
}
