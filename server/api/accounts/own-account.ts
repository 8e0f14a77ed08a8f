/** One's own account: name, password, second factor, devices. */
import { z } from 'zod';
import { changePerson, type PersonDocument, personById, turnOnTotp } from '#runtime/accounts/person-model.ts';
import { totpOwner } from '#runtime/vault/sealed-fields.ts';
import { countedFor } from '../../auth/attempts.ts';
import { deviceWords } from '../../auth/device-words.ts';
import { hashPassword, isPassword, NewPassword } from '../../auth/password.ts';
import type { Principal } from '../../auth/principal.ts';
import { hashOfToken } from '../../auth/secret-token.ts';
import { isSecondFactor, networkOf } from '../../auth/sign-in.ts';
import { hashOfRecoveryCode, newRecoveryCodes, newTotp, stepOfCode } from '../../auth/totp.ts';
import { Problem } from '../../problem.ts';
import type { ApiOptions } from '../client-context.ts';
import { personRoute, type Route, type Visit } from '../route.ts';
import { list } from '../view.ts';
import { DeviceRow, EndedView, NewTotpView, Nothing, RecoveryCodesView } from '../views.ts';
import { PersonName, tooMany, waitFor } from './signing-in.ts';

const password = z.string().min(1).max(200);
const Rename = z.strictObject({ name: PersonName });
const ChangePassword = z.strictObject({ current: password, password: NewPassword });
const StartTotp = z.strictObject({ password });
const ConfirmTotp = z.strictObject({
  password,
  secret: z.string().regex(/^[A-Z2-7]{32}$/),
  code: z.string().max(10),
});
const RemoveTotp = z.strictObject({ password, code: z.string().max(40) });
const MARK_CHARACTERS = 16;

export function ownAccountRoutes({ database, auth, vault }: ApiOptions): Route[] {
  const { models } = database;
  const { sessions, attempts, links } = auth;

  const devices = personRoute({
    method: 'get',
    path: '/account/devices',
    summary: 'Where one is signed in, the last used first',
    answer: list(DeviceRow),
    run: async ({ principal: { personId, agencyId, sessionId } }) =>
      (await sessions.ofPerson(personId, agencyId)).map((session) => ({
        id: markOf(session._id),
        device: deviceWords(session.device),
        address: session.address,
        since: session.createdAt.toISOString(),
        lastSeenAt: session.lastSeenAt.toISOString(),
        current: session._id === sessionId,
      })),
  });

  const endDevice = personRoute({
    method: 'delete',
    path: '/account/devices/:id',
    summary: 'Signs one device out',
    answer: null,
    run: async ({ principal: { personId, agencyId }, params: { id } }) => {
      const session = (await sessions.ofPerson(personId, agencyId)).find(({ _id }) => markOf(_id) === id);
      if (!session) throw new Problem(404, 'No such device', 'It may be signed out already.');
      await sessions.end(session._id);
      return undefined;
    },
  });

  const endOthers = personRoute({
    method: 'post',
    path: '/account/devices/sign-out-others',
    summary: 'Signs out everywhere but here',
    answer: EndedView,
    run: async ({ principal: { personId, sessionId } }) => ({
      ended: await sessions.endAll(personId, sessionId),
    }),
  });

  const rename = personRoute({
    method: 'post',
    path: '/account/name',
    summary: 'Changes one’s own name',
    body: Rename,
    answer: Nothing,
    was: async ({ principal }) => ({ name: (await personOf(principal)).name }),
    run: async ({ principal, body: { name } }) => {
      const { _id, agencyId } = await personOf(principal);
      await changePerson(models, agencyId, _id, { name });
      sessions.forget();
      return {};
    },
  });

  const changePassword = personRoute({
    method: 'post',
    path: '/account/password',
    summary: 'Changes one’s own password; all other devices are signed out',
    secretBody: true,
    body: ChangePassword,
    answer: EndedView,
    run: async ({ principal, body, visit }) => {
      const person = await proven(principal, body.current, visit);
      const hash = await hashPassword(body.password).catch(tooMany);
      await links.endResets(person);
      await changePerson(models, person.agencyId, person._id, { password: hash });
      return { ended: await sessions.endAll(person._id, principal.sessionId) };
    },
  });

  const startTotp = personRoute({
    method: 'post',
    path: '/account/totp/start',
    summary: 'Gets a secret for an authenticator app; nothing is kept until it is confirmed',
    unaudited: true,
    body: StartTotp,
    answer: NewTotpView,
    run: async ({ principal, body, visit }) => {
      const { email, totp } = await proven(principal, body.password, visit);
      if (totp) throw onAlready();
      return newTotp(email);
    },
  });

  const confirmTotp = personRoute({
    method: 'post',
    path: '/account/totp/confirm',
    summary: 'Turns the second factor on by a code of the app',
    body: ConfirmTotp,
    answer: RecoveryCodesView,
    run: async ({ principal, body: { password, secret, code }, visit }) => {
      const { _id, totp } = await proven(principal, password, visit);
      if (totp) throw onAlready();
      const step = stepOfCode(secret, code);
      if (step === null) throw wrongCode();
      const codes = newRecoveryCodes();
      const recovery = codes.map(hashOfRecoveryCode);
      const sealed = vault.seal(totpOwner(_id), secret);
      const isFirst = await turnOnTotp(models, _id, { sealed, since: new Date(), step, recovery });
      if (!isFirst) throw onAlready();
      return { codes };
    },
  });

  const removeTotp = personRoute({
    method: 'post',
    path: '/account/totp/remove',
    summary: 'Turns the second factor off',
    body: RemoveTotp,
    answer: Nothing,
    run: async ({ principal, body: { password, code }, visit }) => {
      const { _id, agencyId } = await proven(principal, password, visit, code);
      await changePerson(models, agencyId, _id, { totp: null });
      return {};
    },
  });

  async function personOf({ personId }: Principal): Promise<PersonDocument> {
    const person = personId && (await personById(models, personId));
    if (person) return person;
    throw new Problem(
      409,
      'No account',
      'You came by the link from the terminal, which is no account. Nothing was changed.',
    );
  }

  /**
   * The person, once more by their password: an open screen is not enough for what protects the account. Where a code is
   * asked for too, a wrong one is a failure as a wrong password is.
   */
  async function proven(
    principal: Principal,
    given: string,
    visit: Visit,
    code?: string,
  ): Promise<PersonDocument> {
    const person = await personOf(principal);
    const counted = countedFor(`account ${person.email}`, networkOf(visit.address));
    const ms = await attempts.begin(counted);
    if (ms > 0) throw waitFor(ms);
    if (!(await isPassword(given, person.password).catch(tooMany))) {
      throw new Problem(403, 'Wrong password', 'Your password is another one. Nothing was changed.');
    }
    if (code !== undefined && !(await isSecondFactor({ models, vault }, person, code))) throw wrongCode();
    await attempts.takeBack(counted);
    return person;
  }

  return [devices, endOthers, endDevice, rename, changePassword, startTotp, confirmTotp, removeTotp];
}

/** Tells sessions apart without naming them. */
function markOf(sessionId: string): string {
  return hashOfToken(sessionId).slice(0, MARK_CHARACTERS);
}

function onAlready(): Problem {
  return new Problem(
    409,
    'The second factor is on already',
    'Turn it off first, with a code of the present app or a recovery code. Nothing was changed.',
  );
}

function wrongCode(): Problem {
  return new Problem(
    403,
    'Wrong code',
    'This code is not right, or was used before. Nothing was changed; wait for the next one.',
  );
}
