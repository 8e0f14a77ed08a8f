/** Signing in with a password, and with a code where the person has a second factor. */

import { z } from 'zod';
import {
  changePerson,
  type PersonDocument,
  personByEmail,
  takeRecoveryCode,
  takeTotpStep,
} from '#runtime/accounts/person-model.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { totpOwner } from '#runtime/vault/sealed-fields.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import { type Attempts, countedFor } from './attempts.ts';
import { hashPassword, isOfToday, isPassword } from './password.ts';
import { hashOfRecoveryCode, stepOfCode } from './totp.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the authenticator app, or a recovery code. */
  readonly code?: string | undefined;
}

export type SignedIn =
  | { readonly kind: 'in'; readonly person: PersonDocument }
  /** The password is right; a code is needed too. */
  | { readonly kind: 'code' }
  /** Which part was wrong is nobody's business. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly ms: number };

interface Parts {
  readonly database: Database;
  readonly vault: Vault;
  readonly attempts: Attempts;
}

/** @throws {TooManyAtOnce} */
export async function signIn(
  { database: { models }, vault, attempts }: Parts,
  { email, password, code }: Credentials,
  address: string,
): Promise<SignedIn> {
  const counted = countedFor(`account ${email}`, networkOf(address));
  const ms = await attempts.begin(counted);
  if (ms > 0) return { kind: 'wait', ms };
  const person = await personByEmail(models, email);
  const isRight = await isPassword(password, person?.password ?? null);
  if (!person || !isRight) return { kind: 'wrong' };
  if (person.totp) {
    if (code === undefined) {
      // Half of the proof is no failure, and no success that would forgive earlier failures either.
      await attempts.takeBack(counted);
      return { kind: 'code' };
    }
    if (!(await isSecondFactor({ models, vault }, person, code))) return { kind: 'wrong' };
  }
  await attempts.succeeded(counted);
  if (!isOfToday(person.password)) {
    await changePerson(models, person.agencyId, person._id, { password: await hashPassword(password) });
  }
  return { kind: 'in', person };
}

/** Whether a code is the person's; one that is, is used up. */
export async function isSecondFactor(
  { models, vault }: Pick<Database, 'models'> & { readonly vault: Vault },
  { _id, totp }: PersonDocument,
  code: string,
): Promise<boolean> {
  if (!totp) return true;
  const secret = z.string().parse(vault.open(totpOwner(_id), totp.sealed));
  const step = stepOfCode(secret, code);
  if (step !== null) return await takeTotpStep(models, _id, step);
  return await takeRecoveryCode(models, _id, hashOfRecoveryCode(code));
}

const IPV6_NETWORK_GROUPS = 4;

/** The network that somebody has for themselves: an IPv4 address, or the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (ipv4) return ipv4;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  // Within the first half, what "::" leaves out can only be zeros.
  while (tail !== undefined && groups.length < IPV6_NETWORK_GROUPS) groups.push('0');
  return groups.slice(0, IPV6_NETWORK_GROUPS).join(':');
}
