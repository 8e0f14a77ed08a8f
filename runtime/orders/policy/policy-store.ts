/** The conflict policy of a client, and its exceptions by SKU: kept, checked, and never shared between clients. */
import type { Db } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '../../database/client-collection.ts';
import { type ClientId, LocationId, Sku } from '../../ids.ts';
import { PolicyName } from './conflict-strategies.ts';
import { LocationChoiceName } from './location-choice.ts';

const LOCATIONS_MAX = 50;

/** What holds for all of a client's SKUs without an exception. */
export const ClientPolicy = z.strictObject({
  policy: PolicyName,
  locationChoice: LocationChoiceName,
  /** The client's locations, the dearest first; the first one is the primary. Empty: `main`. */
  locationOrder: z
    .array(LocationId)
    .max(LOCATIONS_MAX)
    .refine((order) => new Set(order).size === order.length, 'names a location twice'),
});
export type ClientPolicy = z.infer<typeof ClientPolicy>;

/** What holds for one SKU instead. */
export const SkuPolicy = z.strictObject({ sku: Sku, policy: PolicyName });
export type SkuPolicy = z.infer<typeof SkuPolicy>;

export interface PolicyDocument extends Partial<Pick<ClientPolicy, 'locationChoice' | 'locationOrder'>> {
  /** `<client>` for what holds for all, `<client>/<sku>` for an exception. */
  readonly _id: string;
  readonly clientId: ClientId;
  /** null: for all SKUs without an exception. */
  readonly sku: Sku | null;
  readonly policy: PolicyName;
  readonly changedAt: Date;
  /** Who: `person:…`. */
  readonly changedBy: string;
}

/** Without anything stored: a person decides, and everything ships from the primary location. */
export const POLICY_DEFAULT: ClientPolicy = {
  policy: 'hold',
  locationChoice: 'primary',
  locationOrder: [],
};

/** The client's policy. */
export async function readClientPolicy(db: Db, clientId: ClientId): Promise<ClientPolicy> {
  const kept = await policiesOf(db, clientId).findOne({ _id: clientId });
  if (!kept) return POLICY_DEFAULT;
  const { policy, locationChoice, locationOrder } = kept;
  return {
    policy,
    locationChoice: locationChoice ?? POLICY_DEFAULT.locationChoice,
    locationOrder: locationOrder ?? [],
  };
}

/** The policy that holds for each of these SKUs: its exception, or else the client's. */
export async function readPolicies(
  db: Db,
  clientId: ClientId,
  skus: readonly Sku[],
): Promise<{ readonly client: ClientPolicy; of(sku: Sku): PolicyName }> {
  const [client, exceptions] = await Promise.all([
    readClientPolicy(db, clientId),
    policiesOf(db, clientId)
      .find({ _id: { $in: skus.map((sku) => idOf(clientId, sku)) } })
      .toArray(),
  ]);
  const bySku = new Map(exceptions.map(({ sku, policy }) => [sku, policy]));
  return { client, of: (sku) => bySku.get(sku) ?? client.policy };
}

/** @throws {ZodError} on anything that is no policy; nothing is changed then. */
export async function saveClientPolicy(
  db: Db,
  clientId: ClientId,
  policy: ClientPolicy,
  by: string,
): Promise<void> {
  const checked = ClientPolicy.parse(policy);
  await save(db, clientId, clientId, { sku: null, ...checked }, by);
}

/** @throws {ZodError} on anything that is no policy; nothing is changed then. */
export async function saveSkuPolicy(
  db: Db,
  clientId: ClientId,
  exception: SkuPolicy,
  by: string,
): Promise<void> {
  const checked = SkuPolicy.parse(exception);
  await save(db, clientId, idOf(clientId, checked.sku), checked, by);
}

/** From now on the client's policy holds for the SKU. @returns false when it had no exception. */
export async function removeSkuPolicy(db: Db, clientId: ClientId, sku: Sku): Promise<boolean> {
  return await policiesOf(db, clientId).deleteOne({ _id: idOf(clientId, sku) });
}

/** All of a client's policies, for lists. */
export function policiesOf(db: Db, clientId: ClientId): ClientCollection<PolicyDocument> {
  return new ClientCollection<PolicyDocument>(db, 'policies', clientId);
}

async function save(
  db: Db,
  clientId: ClientId,
  _id: string,
  fields: Pick<PolicyDocument, 'sku' | 'policy'>,
  by: string,
): Promise<void> {
  const set = { ...fields, changedAt: new Date(), changedBy: by };
  await policiesOf(db, clientId).updateOne({ _id }, { $set: set }, { upsert: true });
}

function idOf(clientId: ClientId, sku: Sku): string {
  return `${clientId}/${sku}`;
}
