/** Addresses at which others start a flow. */
import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { Address } from '../later/later-effects.ts';
import type { SealedSecret } from '../vault/vault.ts';

export interface HookAddress {
  /** The unguessable part of the path. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
  readonly nodeId: string;
  /** What callers have to know or sign with, sealed for this address. */
  readonly secret: SealedSecret;
  readonly createdAt: Date;
}

const NAME_BYTES = 32;
/** 32 bytes in base64url. */
const NAME = /^[A-Za-z0-9_-]{43}$/;
const COLLECTION = 'hook-addresses';

/** A name for an address that nobody can guess. */
export function newHookName(): string {
  return randomBytes(NAME_BYTES).toString('base64url');
}

/** The addresses of a client's flow. */
export async function hookAddressesOf(
  db: Db,
  clientId: ClientId,
  pipelineId: PipelineId,
): Promise<HookAddress[]> {
  return await new ClientCollection<HookAddress>(db, COLLECTION, clientId).find({ pipelineId }).toArray();
}

/** Gives a node an address; the one that it had leads nowhere from now on. */
export async function giveHookAddress(db: Db, address: HookAddress): Promise<void> {
  const { _id, clientId, pipelineId, nodeId } = address;
  const addresses = new ClientCollection<HookAddress>(db, COLLECTION, clientId);
  await addresses.insertIfAbsent(address);
  await addresses.deleteMany({ pipelineId, nodeId, _id: { $ne: _id } });
}

/** Takes the addresses of a flow that was removed. */
export async function takeHookAddresses(db: Db, clientId: ClientId, pipelineId: PipelineId): Promise<void> {
  await new ClientCollection<HookAddress>(db, COLLECTION, clientId).deleteMany({ pipelineId });
}

/** Whose address it is: for the ingress, which knows nothing else. */
export async function findHookAddress(
  db: Db,
  name: string,
): Promise<(HookAddress & { readonly to: Address }) | null> {
  if (!NAME.test(name)) return null;
  const found = await db.collection<HookAddress>(COLLECTION).findOne({ _id: name });
  return found && { ...found, to: { pipelineId: found.pipelineId, nodeId: found.nodeId } };
}
