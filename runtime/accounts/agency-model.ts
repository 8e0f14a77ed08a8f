/** Agencies. An installation for one merchant has one too, and nobody needs to notice. */
import { type Connection, type Model, Schema } from 'mongoose';
import type { AgencyId } from '../ids.ts';

export interface AgencyDocument {
  readonly _id: AgencyId;
  readonly name: string;
  readonly createdAt: Date;
}

export const AGENCY_NAME_CHARACTERS_MAX = 120;

const schema = new Schema<AgencyDocument>(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true, maxlength: AGENCY_NAME_CHARACTERS_MAX },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false, collection: 'agencies' },
);

function model(connection: Connection): Model<AgencyDocument> {
  const known = connection.models.Agency as Model<AgencyDocument> | undefined;
  return known ?? connection.model<AgencyDocument>('Agency', schema);
}

/** Makes the agency unless it is there. */
export async function ensureAgency(connection: Connection, agency: AgencyDocument): Promise<void> {
  await model(connection).updateOne(
    { _id: agency._id },
    { $setOnInsert: agency },
    { upsert: true, runValidators: true },
  );
}

export async function agencyById(connection: Connection, _id: AgencyId): Promise<AgencyDocument | null> {
  return await model(connection).findOne({ _id }).lean<AgencyDocument>();
}

export async function renameAgency(connection: Connection, _id: AgencyId, name: string): Promise<void> {
  await model(connection).updateOne({ _id }, { $set: { name } }, { runValidators: true });
}
