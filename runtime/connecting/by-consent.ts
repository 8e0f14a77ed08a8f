/** Connects by consent: a person is sent to the channel, and the channel's answer comes back to us. */
import { createHash, randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import { Rejected } from '../errors.ts';
import type { ClientId, ConnectionId } from '../ids.ts';
import type { ConsentAnswer, ConsentWay } from '../sync/channel-connect.ts';
import type { SealedSecret } from '../vault/vault.ts';
import { type Connecting, keepAccount } from './keep-account.ts';
import { type Connectable, type ConnectWish, connectableOf, wayOf } from './ways.ts';

/** A consent that was asked for. What was typed and what the channel's folder has to know again lies sealed. */
export interface ConsentDocument {
  /** SHA-256 of the state that went along: what lies in the database opens nothing. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly channel: string;
  /** For the record: who wants the connection. */
  readonly askedBy: string;
  readonly sealed: SealedSecret;
  readonly expiresAt: Date;
  /** An answer came: there is none a second time. */
  readonly answeredAt: Date | null;
  /** null: no answer yet. */
  readonly outcome:
    | { readonly connectionId: ConnectionId }
    | { readonly reason: string; readonly fix: string | null }
    | null;
}

interface Sealed {
  readonly wish: ConnectWish;
  readonly pending: Readonly<Record<string, unknown>>;
}

/** How long a person may take. */
const CONSENT_MS = 30 * 60_000;
const STATE_BYTES = 32;

export interface Begun {
  /** Where to send the person. */
  readonly url: string;
  /** Names this consent for the page: how it ended is found by it. */
  readonly id: string;
}

/**
 * @param askedBy for the record: who wants the connection.
 * @param addresses `callback`: where the channel's answer reaches us. `page`: where the person comes back to, by the
 * consent's id.
 */
export async function beginConsent(
  parts: Connecting,
  wish: ConnectWish,
  askedBy: string,
  addresses: { readonly callback: string; readonly page: (id: string) => string },
): Promise<Begun> {
  const { way, input } = wayOf(parts, wish);
  if (way.kind !== 'consent') {
    throw new Rejected(`"${way.title}" works without leaving this page.`, {
      code: 'far-side.unable',
      fix: 'Paste the keys here.',
    });
  }
  const state = randomBytes(STATE_BYTES).toString('base64url');
  const id = idOf(state);
  const place = { state, callbackUrl: addresses.callback, returnUrl: addresses.page(id) };
  const { url, pending } = await way.begin({ input, sandboxUrl: wish.sandboxUrl }, place);
  const sealed: Sealed = { wish, pending };
  const consents = new ClientCollection<ConsentDocument>(parts.database.db, 'consents', wish.clientId);
  await consents.insertIfAbsent({
    _id: id,
    clientId: wish.clientId,
    channel: wish.channel,
    askedBy,
    sealed: parts.vault.seal(id, sealed),
    expiresAt: new Date(Date.now() + CONSENT_MS),
    answeredAt: null,
    outcome: null,
  });
  return { url, id };
}

export interface Finished {
  readonly clientId: ClientId;
  readonly connectionId: ConnectionId;
}

/** A consent whose answer was taken: what of it may be told. */
export interface TakenConsent
  extends Pick<ConnectWish, 'clientId' | 'channel' | 'way' | 'name' | 'again'>,
    Pick<ConsentDocument, 'askedBy'> {
  readonly id: string;
}

/** Something that is done around the work of a consent. It throws what the work throws; when it throws itself first, nothing is done. */
export type AroundConsent = (consent: TakenConsent, work: () => Promise<Finished>) => Promise<Finished>;

/**
 * Takes the channel's answer, once, for the client that asked.
 * @param askers the clients of whoever's browser brought it; null: no browser did.
 * @param around is called only for an answer that somebody waits for.
 * @throws {Rejected} for an answer that nobody waits for, and for what the channel's folder finds wrong with it.
 */
export async function finishConsent(
  parts: Connecting,
  channelType: string,
  answer: ConsentAnswer,
  askers: readonly ClientId[] | null,
  around: AroundConsent,
): Promise<Finished> {
  const ways = (connectableOf(parts, channelType)?.connect ?? []).filter((way) => way.kind === 'consent');
  for (const way of ways) {
    const state = way.stateOf(answer);
    const consent = state && (await claim(parts.database.db, channelType, idOf(state), way, askers));
    if (!consent) continue;
    const { wish, pending } = parts.vault.open(consent._id, consent.sealed) as Sealed;
    if (wish.way !== way.id) continue;
    const work = async () => await keepAccount(parts, wish, await way.finish(pending, answer));
    return await finish(parts, consent, wish, around, work);
  }
  throw new Rejected('Nobody here waits for this answer: it was taken before, or half an hour has passed.', {
    code: 'far-side.keys',
    fix: 'Connect again from the page.',
    action: 'connect-again',
  });
}

async function finish(
  parts: Connecting,
  { _id, clientId, askedBy }: ConsentDocument,
  { channel, way, name, again }: ConnectWish,
  around: AroundConsent,
  work: () => Promise<ConnectionId>,
): Promise<Finished> {
  const consents = new ClientCollection<ConsentDocument>(parts.database.db, 'consents', clientId);
  const end = async (outcome: NonNullable<ConsentDocument['outcome']>) =>
    await consents.updateOne({ _id }, { $set: { outcome } });
  try {
    const taken = { id: _id, clientId, askedBy, channel, way, name, again };
    const finished = await around(taken, async () => ({ clientId, connectionId: await work() }));
    await end({ connectionId: finished.connectionId });
    return finished;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await end({ reason, fix: error instanceof Rejected ? error.fix : null });
    throw error;
  }
}

/** How a consent ended. `waiting`: no answer yet. `unknown`: this client asked for none like it, or too long ago. */
export async function outcomeOf(
  db: Db,
  clientId: ClientId,
  id: string,
): Promise<NonNullable<ConsentDocument['outcome']> | 'waiting' | 'unknown'> {
  const consents = new ClientCollection<ConsentDocument>(db, 'consents', clientId);
  const consent = await consents.findOne({ _id: id });
  if (consent?.outcome) return consent.outcome;
  return consent && consent.expiresAt.getTime() > Date.now() ? 'waiting' : 'unknown';
}

/** Which consent an answer names, whoever asked for it; null: none. Nothing in it is believed yet. */
export function consentNamedBy(channel: Connectable | undefined, answer: ConsentAnswer): string | null {
  for (const way of channel?.connect ?? []) {
    const state = way.kind === 'consent' ? way.stateOf(answer) : null;
    if (state) return idOf(state);
  }
  return null;
}

/** Who began a consent; null: nobody that is still known. */
export async function clientOfConsent(db: Db, id: string): Promise<ClientId | null> {
  const consent = await db
    .collection<ConsentDocument>('consents')
    .findOne({ _id: id }, { projection: { clientId: 1 } });
  return consent?.clientId ?? null;
}

/** By the state alone, as an answer from outside knows nothing else: what is found says whose it is. */
async function claim(
  db: Db,
  channel: string,
  id: string,
  way: ConsentWay,
  askers: readonly ClientId[] | null,
): Promise<ConsentDocument | null> {
  const now = new Date();
  return await db.collection<ConsentDocument>('consents').findOneAndUpdate(
    {
      _id: id,
      channel,
      answeredAt: null,
      expiresAt: { $gt: now },
      // Another person's browser must not finish what this one began.
      ...(way.answeredBy === 'browser' && { clientId: { $in: askers ?? [] } }),
    },
    { $set: { answeredAt: now } },
  );
}

function idOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
