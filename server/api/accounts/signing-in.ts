/** Signing in: with a password, by an invitation, by a link for a new password, and as the first of all. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AGENCY_NAME_CHARACTERS_MAX, agencyById, renameAgency } from '#runtime/accounts/agency-model.ts';
import {
  addPerson,
  changePerson,
  Email,
  EmailTaken,
  isAnybodyThere,
  type PersonDocument,
  personById,
} from '#runtime/accounts/person-model.ts';
import { clientsOf } from '#runtime/clients/client-model.ts';
import { PersonId } from '#runtime/ids.ts';
import { countedFor } from '../../auth/attempts.ts';
import { hashPassword, NewPassword, TooManyAtOnce } from '../../auth/password.ts';
import { networkOf, signIn } from '../../auth/sign-in.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { openRoute, personRoute, type Route, type Visit } from '../route.ts';
import { InvitedView, Nothing, SignInView } from '../views.ts';

export const PersonName = z.string().trim().min(1).max(120);
const Credentials = z.strictObject({
  email: Email,
  password: z.string().min(1).max(200),
  code: z.string().max(40).optional(),
});
const Token = z.string().min(1).max(100);
const Invited = z.strictObject({ token: Token });
const Acceptance = z.strictObject({ token: Token, name: PersonName, password: NewPassword });
const Reset = z.strictObject({ token: Token, password: NewPassword });
const First = z.strictObject({
  agency: z.string().trim().min(1).max(AGENCY_NAME_CHARACTERS_MAX),
  name: PersonName,
  email: Email,
  password: NewPassword,
});

const CLIENTS_NAMED = 50;
const SECOND_MS = 1_000;

export function signingInRoutes({ database, auth, vault }: ApiOptions): Route[] {
  const { models } = database;
  const { attempts, links, sessions } = auth;

  const withPassword = openRoute({
    method: 'post',
    path: '/signin',
    summary: 'Signs in with a password, and a code where there is a second factor',
    body: Credentials,
    answer: SignInView,
    run: async ({ body, visit }) => {
      const signedIn = await signIn({ database, vault, attempts }, body, visit.address).catch(tooMany);
      if (signedIn.kind === 'code') return { next: 'code' as const };
      if (signedIn.kind === 'wait') throw waitFor(signedIn.ms);
      if (signedIn.kind === 'wrong') {
        throw new Problem(
          401,
          'That was not right',
          'The email address, the password or the code is wrong. After several failures the next try has to wait.',
        );
      }
      visit.signIn(await sessions.open(signedIn.person, visit));
      return { next: 'in' as const };
    },
  });

  const look = openRoute({
    method: 'post',
    path: '/invitations/look',
    summary: 'What an invitation is for',
    unaudited: true,
    body: Invited,
    answer: InvitedView,
    run: async ({ body: { token }, visit }) => {
      const invitation = await guarded(visit, () => links.find('invitation', token));
      if (!invitation) throw goneLink();
      const { agencyId, clients, email, role } = invitation;
      const agency = await agencyById(models, agencyId);
      const named = clients && (await clientsOf(models, agencyId, { among: clients, limit: CLIENTS_NAMED }));
      return { email, role, agency: agency?.name ?? '', clients: named?.map(({ name }) => name) ?? null };
    },
  });

  const accept = openRoute({
    method: 'post',
    path: '/invitations/accept',
    summary: 'Makes an account by an invitation, and signs in',
    body: Acceptance,
    answer: Nothing,
    run: async ({ body: { token, name, password }, visit }) => {
      const hash = await hashPassword(password).catch(tooMany);
      const invitation = await guarded(visit, () => links.take('invitation', token));
      if (!invitation) throw goneLink();
      const { agencyId, email, role, clients } = invitation;
      await enter({ agencyId, email, role, clients, name, password: hash }, visit);
      return {};
    },
  });

  const reset = openRoute({
    method: 'post',
    path: '/password-resets/accept',
    summary: 'Sets a new password by a link, and signs in; all other sessions end',
    body: Reset,
    answer: Nothing,
    run: async ({ body: { token, password }, visit }) => {
      const hash = await hashPassword(password).catch(tooMany);
      const link = await guarded(visit, () => links.take('reset', token));
      const person = link && (await personById(models, link.personId));
      if (!person) throw goneLink();
      await links.endResets(person);
      await changePerson(models, person.agencyId, person._id, { password: hash });
      await sessions.endAll(person._id, null);
      // Who has lost the second factor too, has to come by it: the link alone is no proof of that.
      if (person.totp) {
        throw new Problem(
          401,
          'Sign in with the new password',
          'The new password is set. Sign in with it and a code of your authenticator app.',
        );
      }
      visit.signIn(await sessions.open(person, visit));
      return {};
    },
  });

  const setUp = personRoute({
    method: 'post',
    path: '/setup',
    summary: 'Makes the first account, the owner’s; only by the link from the terminal, and only once',
    body: First,
    answer: Nothing,
    run: async ({ body: { agency, name, email, password }, principal, visit }) => {
      if (principal.kind !== 'terminal' || (await isAnybodyThere(models))) {
        throw new Problem(409, 'Set up already', 'There is an owner already. Nothing was changed.');
      }
      const hash = await hashPassword(password).catch(tooMany);
      const { agencyId } = principal;
      await renameAgency(models, agencyId, agency);
      await enter({ agencyId, email, role: 'owner', clients: null, name, password: hash }, visit);
      await sessions.endAll(null, null);
      return {};
    },
  });

  async function enter(
    person: Omit<PersonDocument, '_id' | 'createdAt' | 'totp'>,
    visit: Visit,
  ): Promise<void> {
    const _id = PersonId.parse(randomUUID());
    try {
      await addPerson(models, { ...person, _id, totp: null, createdAt: new Date() });
    } catch (error) {
      if (!(error instanceof EmailTaken)) throw error;
      throw new Problem(
        409,
        'There is such an account',
        'Somebody with this email address has an account here already. Sign in, or ask for another address to be invited.',
      );
    }
    visit.signIn(await sessions.open({ _id, agencyId: person.agencyId }, visit));
  }

  /** Links can't be guessed; whoever tries is slowed down all the same. */
  async function guarded<Link>(visit: Visit, find: () => Promise<Link | null>): Promise<Link | null> {
    const counted = countedFor('links', networkOf(visit.address)).slice(0, 1);
    const ms = await attempts.begin(counted);
    if (ms > 0) throw waitFor(ms);
    const link = await find();
    if (link !== null) await attempts.takeBack(counted);
    return link;
  }

  return [withPassword, look, accept, reset, setUp];
}

function goneLink(): Problem {
  return new Problem(
    404,
    'This link does not work any more',
    'It was used, taken back, or is too old. Ask who sent it for a new one.',
  );
}

export function waitFor(ms: number): Problem {
  const seconds = Math.ceil(ms / SECOND_MS);
  const shown = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return new Problem(
    429,
    'Too many failures',
    `There were too many failed tries. Nothing was checked; try again in ${shown}.`,
    seconds,
  );
}

export function tooMany(error: unknown): never {
  if (!(error instanceof TooManyAtOnce)) throw error;
  throw new Problem(429, 'Too busy', 'Too many people sign in right now. Try again in a few seconds.', 5);
}
