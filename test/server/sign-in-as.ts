/** Signs somebody in without a page: a new person in a role, for tests of what the role may. */
import { randomUUID } from 'node:crypto';
import { ensureAgency } from '#runtime/accounts/agency-model.ts';
import { addPerson, type PersonDocument, type Role } from '#runtime/accounts/person-model.ts';
import { ensureClient } from '#runtime/clients/client-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { type AgencyId, type ClientId, HOME_AGENCY, PersonId } from '#runtime/ids.ts';
import type { Auth } from '#server/auth/auth.ts';

export interface SignedInAs {
  readonly person: PersonDocument;
  /** For the header `cookie`. */
  readonly cookie: string;
}

export async function signInAs(
  { models }: Database,
  { sessions, cookies }: Auth,
  {
    role = 'operator',
    clients = null,
    agencyId = HOME_AGENCY,
  }: { readonly role?: Role; readonly clients?: readonly ClientId[] | null; readonly agencyId?: AgencyId },
): Promise<SignedInAs> {
  const id = randomUUID();
  const person: PersonDocument = {
    _id: PersonId.parse(id),
    agencyId,
    email: `${id}@example.test`,
    name: `Member (${role})`,
    role,
    clients,
    // None that any password makes.
    password: 'x',
    totp: null,
    createdAt: new Date(),
  };
  await addPerson(models, person);
  const tokens = await sessions.open(person, { device: 'a test', address: '127.0.0.1' });
  const set: string[] = [];
  cookies.set(
    { cookie: (name: string, value: string) => set.push(`${name}=${value}`) } as unknown as Parameters<
      typeof cookies.set
    >[0],
    tokens,
  );
  return { person, cookie: set.join('; ') };
}

/** An agency with clients of these ids. */
export async function makeClients(
  { models }: Database,
  clients: readonly ClientId[],
  agencyId: AgencyId = HOME_AGENCY,
): Promise<void> {
  await ensureAgency(models, { _id: agencyId, name: `Agency ${agencyId}`, createdAt: new Date() });
  for (const _id of clients) {
    await ensureClient(models, { _id, agencyId, name: `Client ${_id}`, demo: false, createdAt: new Date() });
  }
}
