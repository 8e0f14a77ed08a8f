/** Clients: the merchants whose stock and orders are kept. */
import { type Connection, type Model, Schema } from 'mongoose';
import { type AgencyId, type ClientId, HOME_AGENCY } from '../ids.ts';

export interface ClientDocument {
  readonly _id: ClientId;
  /** Who looks after it. Absent where it is made: the installation's own agency. */
  readonly agencyId?: AgencyId;
  readonly name: string;
  /** Sandbox shops and a made-up stream of orders. */
  readonly demo: boolean;
  /** `own`: its flows run in a process of their own. Without it they share one, unless they run code of others. */
  readonly runner?: 'shared' | 'own';
  readonly createdAt: Date;
}

export const CLIENT_NAME_CHARACTERS_MAX = 120;

const schema = new Schema<ClientDocument>(
  {
    _id: { type: String, required: true },
    agencyId: { type: String, required: true, default: HOME_AGENCY },
    name: { type: String, required: true, maxlength: CLIENT_NAME_CHARACTERS_MAX },
    demo: { type: Boolean, required: true },
    runner: { type: String, enum: ['shared', 'own'] },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'clients' },
);

function model(connection: Connection): Model<ClientDocument> {
  const known = connection.models.Client as Model<ClientDocument> | undefined;
  return known ?? connection.model<ClientDocument>('Client', schema);
}

/** All clients of all agencies, oldest first: for what looks after every one of them. */
export async function allClients(connection: Connection): Promise<ClientDocument[]> {
  return await model(connection).find({}).sort({ createdAt: 1 }).lean<ClientDocument[]>();
}

/** The agency's clients, oldest first, after a position; `among`: only these of them. */
export async function clientsOf(
  connection: Connection,
  agencyId: AgencyId,
  { among = null, after = null, limit }: ClientsOptions,
): Promise<ClientDocument[]> {
  const later = after
    ? { $or: [{ createdAt: { $gt: after.at } }, { createdAt: after.at, _id: { $gt: after.id as ClientId } }] }
    : {};
  return await model(connection)
    .find({ $and: [{ agencyId }, later, among ? { _id: { $in: among } } : {}] })
    .sort({ createdAt: 1, _id: 1 })
    .limit(limit)
    .lean<ClientDocument[]>();
}

export interface ClientsOptions {
  readonly among?: readonly ClientId[] | null;
  readonly after?: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** null when the agency has no such client. */
export async function clientOfAgency(
  connection: Connection,
  agencyId: AgencyId,
  _id: ClientId,
): Promise<ClientDocument | null> {
  return await model(connection).findOne({ agencyId, _id }).lean<ClientDocument>();
}

/** One client, of whatever agency: for what runs, not for who asks. */
export async function clientById(connection: Connection, _id: ClientId): Promise<ClientDocument | null> {
  return await model(connection).findOne({ _id }).lean<ClientDocument>();
}

/** Says in which runner the client's flows run. @returns the client as it was before; null when the agency has none such. */
export async function setRunner(
  connection: Connection,
  agencyId: AgencyId,
  _id: ClientId,
  runner: 'shared' | 'own',
): Promise<ClientDocument | null> {
  return await model(connection)
    .findOneAndUpdate(
      { agencyId, _id },
      { $set: { runner } },
      { returnDocument: 'before', runValidators: true },
    )
    .lean<ClientDocument>();
}

/** @returns the client as it was before; null when the agency has no such client. */
export async function renameClient(
  connection: Connection,
  agencyId: AgencyId,
  _id: ClientId,
  name: string,
): Promise<ClientDocument | null> {
  return await model(connection)
    .findOneAndUpdate(
      { agencyId, _id },
      { $set: { name } },
      { returnDocument: 'before', runValidators: true },
    )
    .lean<ClientDocument>();
}

/** Makes the client unless it is there. @returns the one that is kept. */
export async function ensureClient(connection: Connection, client: ClientDocument): Promise<ClientDocument> {
  const kept = await model(connection)
    .findOneAndUpdate(
      { _id: client._id },
      { $setOnInsert: { agencyId: HOME_AGENCY, ...client } },
      { upsert: true, returnDocument: 'after', runValidators: true },
    )
    .lean<ClientDocument>();
  if (!kept) throw new Error(`client ${client._id} could not be made`);
  return kept;
}
