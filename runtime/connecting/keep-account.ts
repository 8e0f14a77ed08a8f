/** An account that let us in becomes a connection, or gives an old one its new keys. */
import { randomUUID } from 'node:crypto';
import { type ConnectionDocument, connectionsOf, saveConnection } from '../clients/connection-model.ts';
import { ClientCollection } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import { Rejected } from '../errors.ts';
import { ConnectionId } from '../ids.ts';
import { askForImport } from '../listings/import-document.ts';
import type { ConnectedAccount } from '../sync/channel-connect.ts';
import type { HealthDocument } from '../sync/connection-health.ts';
import type { Vault } from '../vault/vault.ts';
import { type Connectables, type ConnectWish, connectableOf } from './ways.ts';

export interface Connecting extends Connectables {
  readonly database: Database;
  readonly vault: Vault;
}

const NAME_CHARACTERS_MAX = 80;

/**
 * Keeps the account. A new channel's listings are then imported; nothing is written to the shop.
 * @throws {Rejected} when the shop is connected already, or is another one than before.
 */
export async function keepAccount(
  parts: Connecting,
  wish: ConnectWish,
  account: ConnectedAccount,
): Promise<ConnectionId> {
  const { database, vault } = parts;
  const { clientId } = wish;
  const isChannel = parts.channels.has(wish.channel);
  const ours = await connectionsOf(database.models, clientId);
  const before = wish.again ? connectedBefore(ours, wish, account, isChannel) : undefined;
  if (!before && isChannel) demandNew(ours, wish, account);
  const _id = before?._id ?? ConnectionId.parse(`${wish.channel}-${randomUUID()}`);
  const secret = before ? merged(parts, before, account.secret) : account.secret;
  await saveConnection(database.models, {
    _id,
    clientId,
    name: before?.name ?? (wish.name ?? account.name).slice(0, NAME_CHARACTERS_MAX),
    channel: wish.channel,
    baseUrl: account.baseUrl,
    sandbox: wish.sandboxUrl !== null,
    countingAuthority: before?.countingAuthority ?? wish.countingAuthority,
    ...(before?.locations && { locations: before.locations }),
    secret: vault.seal(_id, secret),
    createdAt: before?.createdAt ?? new Date(),
  });
  // The trouble of before was with the keys of before; what is still wrong is found at the next look.
  const health = new ClientCollection<HealthDocument>(database.db, 'health', clientId);
  await health.updateOne({ _id }, { $set: { trouble: null, gate: null } });
  if (!before && isChannel) await askForImport({ db: database.db, clientId, connectionId: _id });
  return _id;
}

function connectedBefore(
  ours: readonly ConnectionDocument[],
  { again, channel }: ConnectWish,
  { baseUrl, name }: ConnectedAccount,
  isChannel: boolean,
): ConnectionDocument {
  const before = ours.find(({ _id }) => _id === again);
  if (before?.channel !== channel) {
    throw new Rejected('The connection that was to be connected again no longer exists.', {
      code: 'connection.gone',
      fix: 'Connect the shop as a new one.',
    });
  }
  // At a service nothing hangs on the account: another one may take its place.
  if (!isChannel || before.baseUrl === baseUrl) return before;
  throw new Rejected(`These keys are for ${name} (${baseUrl}), and "${before.name}" is ${before.baseUrl}.`, {
    code: 'far-side.address',
    fix: 'Connect with keys of the same shop, or connect the other one as a new connection.',
  });
}

/** Two connections to one shop would book each of its orders twice. */
function demandNew(
  ours: readonly ConnectionDocument[],
  { channel }: ConnectWish,
  { baseUrl }: ConnectedAccount,
): void {
  const same = ours.find((one) => one.channel === channel && one.baseUrl === baseUrl);
  if (!same) return;
  throw new Rejected(`This shop is connected already, as "${same.name}".`, {
    code: 'far-side.refused',
    fix: 'If its keys have changed, choose "Connect again" there.',
  });
}

function merged(parts: Connecting, before: ConnectionDocument, secret: unknown): unknown {
  const channel = connectableOf(parts, before.channel);
  const old = channel?.secret.safeParse(parts.vault.open(before._id, before.secret));
  return channel?.reconnected && old?.success ? channel.reconnected(old.data, secret) : secret;
}
