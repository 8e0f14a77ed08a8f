/** Tokens of services that sign a random word and not what they tell: each is good for one text, so that nobody who saw it can tell another. */
import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId } from '../ids.ts';

interface SpentTokenDocument {
  /** `<connection>/<token>` */
  readonly _id: string;
  readonly clientId: ClientId;
  /** SHA-256 of the text that came with it. */
  readonly told: string;
  readonly at: Date;
}

/** Spends the token for this text. @returns false: it was spent for another one. A service that repeats itself is heard again. */
export async function spendToken(
  db: Db,
  clientId: ClientId,
  connectionId: ConnectionId,
  token: string,
  text: Buffer,
): Promise<boolean> {
  const spent = new ClientCollection<SpentTokenDocument>(db, 'spent-tokens', clientId);
  const _id = `${connectionId}/${token}`;
  const told = createHash('sha256').update(text).digest('hex');
  const isNew = await spent.insertIfAbsent({ _id, clientId, told, at: new Date() });
  return isNew || (await spent.findOne({ _id }))?.told === told;
}
