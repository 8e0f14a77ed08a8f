/** Clients: the merchants whose stock and orders are kept. */
import { type Connection, type Model, Schema } from 'mongoose';
import type { ClientId } from '../ids.ts';

export interface ClientDocument {
  readonly _id: ClientId;
  readonly name: string;
  /** Sandbox shops and a made-up stream of orders. */
  readonly demo: boolean;
  /** `own`: its flows run in a process of their own. Without it they share one, unless they run code of others. */
  readonly runner?: 'shared' | 'own';
  readonly createdAt: Date;
}

const schema = new Schema<ClientDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true, maxlength: 120 },
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

/** All clients, oldest first. */
export async function allClients(connection: Connection): Promise<ClientDocument[]> {
  return await model(connection).find({}).sort({ createdAt: 1 }).lean<ClientDocument[]>();
}

/** Makes the client unless it is there. @returns the one that is kept. */
export async function ensureClient(connection: Connection, client: ClientDocument): Promise<ClientDocument> {
  const kept = await model(connection)
    .findOneAndUpdate(
      { _id: client._id },
      { $setOnInsert: client },
      { upsert: true, returnDocument: 'after', runValidators: true },
    )
    .lean<ClientDocument>();
  if (!kept) throw new Error(`client ${client._id} could not be made`);
  return kept;
}
