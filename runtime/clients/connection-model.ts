/** Connections: a client's accounts at channels and services. Their secrets lie sealed; only the vault opens them. */
import type { Binary } from 'mongodb';
import { type Connection, type Model, Schema } from 'mongoose';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { Channel, ChannelAccount, LocationLink } from '../sync/channel.ts';
import type { SealedSecret, Vault } from '../vault/vault.ts';

export interface ConnectionDocument {
  readonly _id: ConnectionId;
  readonly clientId: ClientId;
  readonly name: string;
  /** Channel type: `shopify`, `woocommerce`. */
  readonly channel: string;
  /** Address of the shop, without a slash at the end: its origin, and the folder that it lies in, if any. */
  readonly baseUrl: string;
  readonly sandbox: boolean;
  /** The shop whose staff edit the counts: its numbers opened the ledger. */
  readonly countingAuthority: boolean;
  /** The shop's locations that are kept in step, where a person has chosen several: see ChannelAccount. */
  readonly locations?: readonly LocationLink[];
  readonly secret: SealedSecret;
  readonly createdAt: Date;
}

const schema = new Schema<ConnectionDocument>(
  {
    _id: { type: String, required: true },
    clientId: { type: String, required: true },
    name: { type: String, required: true, maxlength: 80 },
    channel: { type: String, required: true },
    baseUrl: { type: String, required: true, match: /^https?:\/\/[^/?#]+(\/[^?#]*[^/?#])?$/ },
    sandbox: { type: Boolean, required: true },
    countingAuthority: { type: Boolean, required: true },
    locations: { type: [{ _id: false, id: String, location: String }], default: undefined },
    secret: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'connections' },
);

function model(connection: Connection): Model<ConnectionDocument> {
  const known = connection.models.Connection as Model<ConnectionDocument> | undefined;
  return known ?? connection.model<ConnectionDocument>('Connection', schema);
}

/** A client's connections, oldest first. */
export async function connectionsOf(
  connection: Connection,
  clientId: ClientId,
): Promise<ConnectionDocument[]> {
  return await model(connection).find({ clientId }).sort({ createdAt: 1 }).lean<ConnectionDocument[]>();
}

/**
 * One connection by its id alone: for the ingress, which knows a webhook's address and nothing else. What it
 * finds says whose it is.
 */
export async function connectionById(
  connection: Connection,
  id: ConnectionId,
): Promise<ConnectionDocument | null> {
  return await model(connection).findOne({ _id: id }).lean<ConnectionDocument>();
}

/** Keeps a connection; a first one is made, a changed one replaced. @throws Mongoose's ValidationError. */
export async function saveConnection(connection: Connection, document: ConnectionDocument): Promise<void> {
  const { _id, clientId } = document;
  await model(connection).findOneAndReplace({ _id, clientId }, document, {
    upsert: true,
    runValidators: true,
  });
}

/** Removes a connection. What else is kept of it stays. */
export async function removeConnection(
  connection: Connection,
  clientId: ClientId,
  id: ConnectionId,
): Promise<void> {
  await model(connection).deleteOne({ _id: id, clientId });
}

/**
 * Opens a connection for one use.
 * @throws {Error} when the vault can't open it; {ZodError} when it does not hold what the channel needs.
 */
export function openAccount(
  vault: Vault,
  channel: Channel,
  connection: Pick<ConnectionDocument, '_id' | 'baseUrl' | 'secret' | 'locations'>,
): ChannelAccount {
  const { _id, baseUrl, secret, locations } = connection;
  return {
    connectionId: _id,
    baseUrl,
    secret: channel.secret.parse(vault.open(_id, secret as Binary)),
    ...(locations && { locations }),
  };
}
