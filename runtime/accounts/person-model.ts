/** People: who signs in, for which agency, in which role, and for which of its clients. */
import type { Binary } from 'mongodb';
import { type Connection, type Model, Schema } from 'mongoose';
import { z } from 'zod';
import type { AgencyId, ClientId, PersonId } from '../ids.ts';

/** merchant: sees only the named clients, by wizard and dashboard. */
export const Role = z.enum(['owner', 'admin', 'operator', 'viewer', 'merchant']);
export type Role = z.infer<typeof Role>;

/** Compared in small letters: nobody has two accounts by another spelling. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email('must be an email address'));

export interface PersonDocument {
  readonly _id: PersonId;
  readonly agencyId: AgencyId;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** The clients that they see; null: all of the agency. */
  readonly clients: readonly ClientId[] | null;
  /** Argon2id, in the PHC string format. */
  readonly password: string;
  readonly totp: TotpDocument | null;
  readonly createdAt: Date;
}

/** A second factor. */
export interface TotpDocument {
  /** Sealed by the vault for the person. */
  readonly sealed: Binary;
  readonly since: Date;
  /** The newest time step whose code was used: no code works twice. */
  readonly step: number;
  /** SHA-256 of the codes for a lost phone; each works once. */
  readonly recovery: readonly string[];
}

const schema = new Schema<PersonDocument>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true },
    email: { type: String, required: true, maxlength: 254 },
    name: { type: String, required: true, maxlength: 120 },
    role: { type: String, required: true, enum: Role.options },
    clients: { type: Schema.Types.Mixed, default: null },
    password: { type: String, required: true },
    totp: { type: Schema.Types.Mixed, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'people' },
);

function model(connection: Connection): Model<PersonDocument> {
  const known = connection.models.Person as Model<PersonDocument> | undefined;
  return known ?? connection.model<PersonDocument>('Person', schema);
}

export class EmailTaken extends Error {
  override readonly name = 'EmailTaken';
}

const DUPLICATE_KEY = 11000;

/** @throws {EmailTaken} */
export async function addPerson(connection: Connection, person: PersonDocument): Promise<void> {
  try {
    await model(connection).create(person);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === DUPLICATE_KEY) throw new EmailTaken();
    throw error;
  }
}

/** One person, in any agency: for those who prove who they are. */
export async function personById(connection: Connection, _id: PersonId): Promise<PersonDocument | null> {
  return await model(connection).findOne({ _id }).lean<PersonDocument>();
}

/** @param email in small letters. */
export async function personByEmail(connection: Connection, email: string): Promise<PersonDocument | null> {
  return await model(connection).findOne({ email }).lean<PersonDocument>();
}

export async function isAnybodyThere(connection: Connection): Promise<boolean> {
  return (await model(connection).exists({})) !== null;
}

/** An agency's people, oldest first, after a position. */
export async function peopleOf(
  connection: Connection,
  agencyId: AgencyId,
  after: { readonly at: Date; readonly id: string } | null,
  limit: number,
): Promise<PersonDocument[]> {
  const later = after
    ? { $or: [{ createdAt: { $gt: after.at } }, { createdAt: after.at, _id: { $gt: after.id as PersonId } }] }
    : {};
  return await model(connection)
    .find({ agencyId, ...later })
    .sort({ createdAt: 1, _id: 1 })
    .limit(limit)
    .lean<PersonDocument[]>();
}

/** How many owners an agency has besides this person. */
export async function otherOwners(
  connection: Connection,
  agencyId: AgencyId,
  person: PersonId,
): Promise<number> {
  return await model(connection).countDocuments({ agencyId, role: 'owner', _id: { $ne: person } });
}

/** Changes what is given. @returns the person as they were before; null when the agency has no such person. */
export async function changePerson(
  connection: Connection,
  agencyId: AgencyId,
  _id: PersonId,
  change: Partial<Pick<PersonDocument, 'name' | 'role' | 'clients' | 'password' | 'totp'>>,
): Promise<PersonDocument | null> {
  return await model(connection)
    .findOneAndUpdate({ _id, agencyId }, { $set: change }, { returnDocument: 'before', runValidators: true })
    .lean<PersonDocument>();
}

/** Turns the second factor on: false when there is one already. Nothing takes its place but by way of turning it off. */
export async function turnOnTotp(
  connection: Connection,
  _id: PersonId,
  totp: NonNullable<PersonDocument['totp']>,
): Promise<boolean> {
  const turned = await model(connection).updateOne(
    { _id, totp: null },
    { $set: { totp } },
    { runValidators: true },
  );
  return turned.modifiedCount === 1;
}

/** Uses up a time step, or a recovery code: false when it was used before, by whoever was faster. */
export async function takeTotpStep(connection: Connection, _id: PersonId, step: number): Promise<boolean> {
  const used = await model(connection).updateOne(
    { _id, 'totp.step': { $lt: step } },
    { $set: { 'totp.step': step } },
  );
  return used.modifiedCount === 1;
}

/** As {@link takeTotpStep}. */
export async function takeRecoveryCode(
  connection: Connection,
  _id: PersonId,
  hash: string,
): Promise<boolean> {
  const used = await model(connection).updateOne(
    { _id, 'totp.recovery': hash },
    { $pull: { 'totp.recovery': hash } },
  );
  return used.modifiedCount === 1;
}

export async function removePerson(
  connection: Connection,
  agencyId: AgencyId,
  _id: PersonId,
): Promise<PersonDocument | null> {
  return await model(connection).findOneAndDelete({ _id, agencyId }).lean<PersonDocument>();
}
