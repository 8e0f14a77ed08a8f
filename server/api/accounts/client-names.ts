/** Which clients somebody or something may see, checked and named. */
import { clientsOf } from '#runtime/clients/client-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { AgencyId, ClientId } from '#runtime/ids.ts';
import { Problem } from '../../problem.ts';

interface NamedClient {
  readonly id: string;
  readonly name: string;
}

/** @throws {Problem} 400 when one of them is none of the agency's. */
export async function mustBeClientsOf(
  { models }: Database,
  agencyId: AgencyId,
  clients: readonly ClientId[] | null,
): Promise<void> {
  if (clients === null) return;
  const found = await clientsOf(models, agencyId, { among: clients, limit: clients.length });
  const known = new Set(found.map(({ _id }) => _id));
  const unknown = clients.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw new Problem(400, 'Unknown client', `You have no client "${unknown}". Nothing was changed.`);
}

/** Looks the names of all of these lists up at once. */
export async function namesOfClients(
  { models }: Database,
  agencyId: AgencyId,
  lists: readonly (readonly ClientId[] | null)[],
): Promise<(clients: readonly ClientId[] | null) => NamedClient[] | null> {
  const wanted = [...new Set(lists.flatMap((list) => list ?? []))];
  const found = await clientsOf(models, agencyId, { among: wanted, limit: wanted.length + 1 });
  const names = new Map(found.map(({ _id, name }) => [_id, name]));
  return (clients) => clients?.map((id) => ({ id, name: names.get(id) ?? 'A removed client' })) ?? null;
}
