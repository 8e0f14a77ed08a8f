/** Which shop or service a connection is, for the audit log: nothing that opens it. */
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { ApiOptions } from '../api/client-context.ts';

export interface AuditedConnection {
  readonly connection: ConnectionId;
  readonly channel: string;
  readonly name: string;
  /** null: a service, which has no address that people know. */
  readonly address: string | null;
}

/** null: the client has no such connection (yet, or any more). */
export async function auditedConnection(
  { database, channels }: Pick<ApiOptions, 'database' | 'channels'>,
  clientId: ClientId,
  id: ConnectionId | null | undefined,
): Promise<AuditedConnection | null> {
  const found = id && (await connectionsOf(database.models, clientId)).find(({ _id }) => _id === id);
  if (!found) return null;
  const { _id, channel, name, baseUrl } = found;
  return { connection: _id, channel, name, address: channels.has(channel) ? baseUrl : null };
}
