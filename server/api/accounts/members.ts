/** The people of an agency: their roles, and which clients they see. */
import { z } from 'zod';
import {
  changePerson,
  otherOwners,
  type PersonDocument,
  peopleOf,
  personById,
  Role,
  removePerson,
} from '#runtime/accounts/person-model.ts';
import { type AgencyId, ClientId, PersonId } from '#runtime/ids.ts';
import type { Principal } from '../../auth/principal.ts';
import { resetLetter } from '../../mail/letters.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { ListQuery, pageOf, readCursor } from '../paging.ts';
import { type AgencyAsker, agencyRoute, type Route } from '../route.ts';
import { EndedView, LinkView, MemberRow, pageOfRows } from '../views.ts';
import { mustBeClientsOf, namesOfClients } from './client-names.ts';
import { mailed } from './mailed-link.ts';
import { mustBeAllowedToGive } from './role-rules.ts';

const Position = z.object({ at: z.coerce.date(), id: z.string().max(64) });
const CLIENTS_MAX = 1_000;
/** null: all clients of the agency. */
export const Clients = z.array(ClientId).min(1).max(CLIENTS_MAX).nullable();
const Change = z.strictObject({ role: Role, clients: Clients });

export function memberRoutes({ database, auth: { sessions, links }, mail, publicUrl }: ApiOptions): Route[] {
  const { models } = database;

  const listAll = agencyRoute({
    method: 'get',
    path: '/members',
    summary: 'The people of the agency, oldest first',
    may: 'manage',
    query: ListQuery,
    answer: pageOfRows(MemberRow),
    run: async ({ agencyId, principal, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await peopleOf(models, agencyId, after, query.limit + 1);
      const names = await namesOfClients(
        database,
        agencyId,
        found.map(({ clients }) => clients),
      );
      return pageOf(
        found,
        query.limit,
        (person): MemberRow => ({
          id: person._id,
          name: person.name,
          email: person.email,
          role: person.role,
          clients: names(person.clients),
          totp: person.totp !== null,
          since: person.createdAt.toISOString(),
          you: person._id === principal.personId,
        }),
        ({ createdAt, _id }) => ({ at: createdAt, id: _id }),
      );
    },
  });

  const change = agencyRoute({
    method: 'patch',
    path: '/members/:id',
    summary: 'Changes a member’s role, and which clients they see',
    may: 'manage',
    body: Change,
    answer: MemberRow,
    was: stateOf,
    run: async ({ agencyId, principal, params, body: { role, clients } }) => {
      const person = await memberOf(agencyId, principal, params.id);
      mustBeAllowedToGive(principal, role, clients);
      await mustBeClientsOf(database, agencyId, clients);
      if (role !== 'owner') await mustNotBeLastOwner(person);
      await changePerson(models, agencyId, person._id, { role, clients });
      sessions.forget();
      const names = await namesOfClients(database, agencyId, [clients]);
      const { _id, name, email, totp, createdAt } = person;
      const you = _id === principal.personId;
      const since = createdAt.toISOString();
      return { id: _id, name, email, role, clients: names(clients), totp: totp !== null, since, you };
    },
  });

  const remove = agencyRoute({
    method: 'delete',
    path: '/members/:id',
    summary: 'Removes a member; all their sessions end',
    may: 'manage',
    answer: null,
    was: stateOf,
    run: async ({ agencyId, principal, params }) => {
      const person = await memberOf(agencyId, principal, params.id);
      await mustNotBeLastOwner(person);
      await removePerson(models, agencyId, person._id);
      await sessions.endAll(person._id, null);
      return undefined;
    },
  });

  const signOut = agencyRoute({
    method: 'post',
    path: '/members/:id/sign-out',
    summary: 'Signs a member out everywhere',
    may: 'manage',
    answer: EndedView,
    run: async ({ agencyId, principal, params }) => ({
      ended: await sessions.endAll((await memberOf(agencyId, principal, params.id))._id, null),
    }),
  });

  const resetLink = agencyRoute({
    method: 'post',
    path: '/members/:id/password-reset',
    summary:
      'Makes a link by which a member sets a new password within an hour, and emails it where a mail server is set up',
    may: 'manage',
    answer: LinkView,
    status: 201,
    run: async ({ agencyId, principal, by, params }) => {
      const { _id, email, name } = await memberOf(agencyId, principal, params.id);
      const { token, link } = await links.make('reset', { agencyId, personId: _id, createdBy: by });
      const path = `/password?token=${token}`;
      const letter = resetLetter({ email, name, url: `${publicUrl()}${path}`, asked: 'by-agency' });
      return { path, expiresAt: link.expiresAt.toISOString(), mail: await mailed(mail, letter) };
    },
  });

  /** The member, if the asker may do something about them: owners are the business of owners. */
  async function memberOf(agencyId: AgencyId, principal: Principal, given: string): Promise<PersonDocument> {
    const id = PersonId.safeParse(given);
    const person = id.success ? await personById(models, id.data) : null;
    if (!person || person.agencyId !== agencyId) {
      throw new Problem(404, 'No such member', 'Your agency has no such member. Nothing was changed.');
    }
    if (person.role === 'owner' && !principal.permissions.has('own')) {
      throw new Problem(403, 'Not allowed', 'Only an owner can change an owner. Nothing was changed.');
    }
    return person;
  }

  /** For the audit log. */
  async function stateOf({
    agencyId,
    principal,
    params,
  }: AgencyAsker & { readonly params: { readonly id: string } }): Promise<unknown> {
    const { email, name, role, clients } = await memberOf(agencyId, principal, params.id);
    return { email, name, role, clients };
  }

  async function mustNotBeLastOwner({ agencyId, _id, role }: PersonDocument): Promise<void> {
    if (role !== 'owner' || (await otherOwners(models, agencyId, _id)) > 0) return;
    throw new Problem(
      409,
      'The last owner',
      'An agency needs an owner: make somebody else one first. Nothing was changed.',
    );
  }

  return [listAll, change, remove, signOut, resetLink];
}
