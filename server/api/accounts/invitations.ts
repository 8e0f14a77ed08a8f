/** Invitations: links by which somebody makes an account in the agency. */
import { z } from 'zod';
import { agencyById } from '#runtime/accounts/agency-model.ts';
import { Email, personByEmail, Role } from '#runtime/accounts/person-model.ts';
import { invitationLetter } from '../../mail/letters.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { agencyRoute, type Route } from '../route.ts';
import { list } from '../view.ts';
import { InvitationRow, LinkView } from '../views.ts';
import { mustBeClientsOf, namesOfClients } from './client-names.ts';
import { mailed } from './mailed-link.ts';
import { Clients } from './members.ts';
import { mustBeAllowedToGive } from './role-rules.ts';

const OPEN_MAX = 200;
const Invitation = z.strictObject({ email: Email, role: Role, clients: Clients });

export function invitationRoutes({ database, auth: { links }, mail, publicUrl }: ApiOptions): Route[] {
  const listOpen = agencyRoute({
    method: 'get',
    path: '/invitations',
    summary: 'Invitations that nobody has followed yet; at most 200 are open at a time',
    may: 'manage',
    answer: list(InvitationRow),
    run: async ({ agencyId }) => {
      const found = await links.invitations(agencyId, OPEN_MAX);
      const names = await namesOfClients(
        database,
        agencyId,
        found.map(({ clients }) => clients),
      );
      return found.map(({ _id, email, role, clients, expiresAt }) => ({
        id: _id,
        email,
        role,
        clients: names(clients),
        expiresAt: expiresAt.toISOString(),
      }));
    },
  });

  const invite = agencyRoute({
    method: 'post',
    path: '/invitations',
    summary:
      'Makes a link by which somebody makes an account within a week, and emails it where a mail server is set up',
    may: 'manage',
    body: Invitation,
    answer: LinkView,
    status: 201,
    run: async ({ agencyId, principal, by, body: { email, role, clients } }) => {
      mustBeAllowedToGive(principal, role, clients);
      await mustBeClientsOf(database, agencyId, clients);
      const open = await links.invitations(agencyId, OPEN_MAX);
      if (open.length >= OPEN_MAX) {
        throw new Problem(409, 'Too many open', `${OPEN_MAX} invitations are open. Take some back first.`);
      }
      if ((await personByEmail(database.models, email))?.agencyId === agencyId) {
        throw new Problem(409, 'A member already', 'Somebody with this address is a member already.');
      }
      const { token, link } = await links.make('invitation', {
        agencyId,
        email,
        role,
        clients,
        createdBy: by,
      });
      const path = `/invitation?token=${token}`;
      const agency = (await agencyById(database.models, agencyId))?.name ?? '';
      const letter = invitationLetter({ email, role, agency, url: `${publicUrl()}${path}` });
      return { path, expiresAt: link.expiresAt.toISOString(), mail: await mailed(mail, letter) };
    },
  });

  const withdraw = agencyRoute({
    method: 'delete',
    path: '/invitations/:id',
    summary: 'Takes an invitation back',
    may: 'manage',
    answer: null,
    was: async ({ agencyId, params: { id } }) => {
      const open = (await links.invitations(agencyId, OPEN_MAX)).find(({ _id }) => _id === id);
      return open && { email: open.email, role: open.role, clients: open.clients };
    },
    run: async ({ agencyId, principal, params: { id } }) => {
      const open = (await links.invitations(agencyId, OPEN_MAX)).find(({ _id }) => _id === id);
      if (open?.role === 'owner' && !principal.permissions.has('own')) {
        throw new Problem(403, 'Not allowed', 'Only an owner can take back what makes an owner.');
      }
      if (!(await links.withdraw(agencyId, id))) {
        throw new Problem(404, 'No such invitation', 'It was followed, or taken back already.');
      }
      return undefined;
    },
  });

  return [listOpen, invite, withdraw];
}
