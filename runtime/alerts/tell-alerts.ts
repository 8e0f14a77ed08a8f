/** Tells people of one client's alerts: each by the way that they chose, at once or gathered, never more than they can bear. */

import { type PersonDocument, personById } from '../accounts/person-model.ts';
import { type ClientDocument, clientOfAgency } from '../clients/client-model.ts';
import type { Services } from '../clients/service.ts';
import { ClientCollection, type SingleUpdate } from '../database/client-collection.ts';
import type { Database } from '../database/open-database.ts';
import { type ClientId, HOME_AGENCY, type PersonId } from '../ids.ts';
import { enqueue } from '../outbox/enqueue.ts';
import { MAIL_EFFECT } from '../outbox/mail.ts';
import { TEXT_EFFECT } from '../outbox/text-message.ts';
import type { AlertDocument, AlertTopic } from './alert-document.ts';
import {
  type AlertPreferences,
  type AlertWay,
  type PreferencesDocument,
  preferencesOf,
  AlertWay as Ways,
} from './alert-preferences.ts';
import { readSenders, type Senders } from './alert-senders.ts';
import { digestWords, type Telling, type Words, wordsOf } from './alert-words.ts';
import { isBetween, nextAt } from './local-time.ts';
import { holdMuted } from './mute-alerts.ts';

export interface DigestDocument {
  /** `<client>/<person>/<way>`: one that is being gathered, for each. */
  readonly _id: string;
  readonly clientId: ClientId;
  readonly personId: PersonId;
  readonly way: AlertWay;
  readonly dueAt: Date;
  /** The newest. */
  readonly tellings: readonly Telling[];
  /** All that were gathered. */
  readonly count: number;
}

export interface TellOptions {
  readonly database: Database;
  readonly services: Services;
  /** Where SyncFlow's pages are, without a slash at the end. */
  readonly publicUrl: () => string;
}

const HOUR_MS = 3_600_000;
/** Messages to one person within an hour; what is more comes in one, an hour later. */
export const HOURLY_MAX: Readonly<Record<AlertWay, number>> = { email: 12, sms: 5 };
const GATHERED_MAX = 100;
const DUE_TOGETHER_MAX = 200;

/**
 * Tells what is due at this moment. May be done again after a crash: each message has a key of its own in the outbox.
 * @returns whether there is something new in the outbox, and whether alerts changed.
 */
export async function tellAlerts(
  { database, services, publicUrl }: TellOptions,
  clientId: ClientId,
  now: Date,
): Promise<{ readonly sent: number; readonly told: number }> {
  const { db } = database;
  const alerts = new ClientCollection<AlertDocument>(db, 'alerts', clientId);
  const due = await alerts
    .find({ 'tell.at': { $lte: now } })
    .sort({ 'tell.at': 1 })
    .limit(DUE_TOGETHER_MAX)
    .toArray();
  const digests = new ClientCollection<DigestDocument>(db, 'alert-digests', clientId);
  const dueDigests = await digests.find({ dueAt: { $lte: now } }).toArray();
  if (due.length === 0 && dueDigests.length === 0) return { sent: 0, told: 0 };
  const people = await listeners(database, clientId);
  const senders = await readSenders(database, services, clientId);
  const post = new Post(database, clientId, senders, publicUrl(), people.client);
  const audible = await holdMuted(db, clientId, due, now);
  const toldNobody: SingleUpdate<AlertDocument>[] = [];
  for (const alert of audible) {
    const what = alert.tell?.what ?? 'raised';
    // Trouble that nobody was told of was a hiccup, and ends as one.
    const isNews = what === 'raised' || alert.toldAt !== undefined;
    const told = {
      // Only what was told just now: somebody may have changed it since.
      filter: { _id: alert._id, 'tell.at': alert.tell?.at ?? now },
      update: { $set: { tell: null, ...(what === 'healed' ? { healedAt: now } : { toldAt: now }) } },
    };
    if (!isNews || people.listeners.length === 0) {
      toldNobody.push(told);
      continue;
    }
    for (const listener of people.listeners)
      await tellOne(listener, tellingOf(alert, what), post, digests, now);
    // One by one: what a crash leaves unwritten is told again, and gathered twice.
    await alerts.updateOne(told.filter, told.update);
  }
  if (toldNobody.length > 0) await alerts.updateEach(toldNobody, { ordered: false });
  for (const digest of dueDigests) {
    const listener = people.listeners.find(({ person }) => person._id === digest.personId);
    const { way, count } = digest;
    // Whoever left, or wants none of it any more, is told nothing.
    const tellings = listener ? digest.tellings.filter(({ topic }) => wants(listener, topic, way)) : [];
    if (listener && tellings.length > 0) {
      const key = `${digest._id}:${digest.dueAt.getTime()}:${count}`;
      const words = digestWords(tellings, count - digest.tellings.length, post.wordsFor);
      await post.send(listener, way, `alerts:${key}`, words);
    }
    await digests.deleteOne({ _id: digest._id, count });
  }
  return { sent: post.sent, told: audible.length };
}

interface Listener {
  readonly person: PersonDocument;
  readonly preferences: AlertPreferences;
  readonly sentBefore: PreferencesDocument['sent'];
}

async function listeners(
  { db, models }: Database,
  clientId: ClientId,
): Promise<{ readonly client: ClientDocument | null; readonly listeners: Listener[] }> {
  const kept = await preferencesOf(db, clientId).find({}).toArray();
  const found = await Promise.all(
    kept.map(async ({ personId, preferences, sent }) => {
      const person = await personById(models, personId);
      const sees = person !== null && (person.clients === null || person.clients.includes(clientId));
      const client = sees ? await clientOfAgency(models, person.agencyId, clientId) : null;
      return client && person ? { client, listener: { person, preferences, sentBefore: sent } } : null;
    }),
  );
  const there = found.filter((one) => one !== null);
  return {
    client: there[0]?.client ?? (await clientOfAgency(models, HOME_AGENCY, clientId)),
    listeners: there.map(({ listener }) => listener),
  };
}

const wants = ({ preferences }: Listener, topic: AlertTopic, way: AlertWay) =>
  preferences.ways[topic]?.includes(way) ?? false;

async function tellOne(
  listener: Listener,
  telling: Telling,
  post: Post,
  digests: ClientCollection<DigestDocument>,
  now: Date,
): Promise<void> {
  for (const way of Ways.options.filter((one) => wants(listener, telling.topic, one))) {
    const sentBefore = await post.sentWithinHour(listener, way, now);
    const dueAt = whenTold(listener.preferences, way, telling, sentBefore, now);
    if (dueAt === null) {
      const key = `alert:${telling.alertId}:${telling.what}:${listener.person._id}:${way}`;
      await post.send(listener, way, key, wordsOf(telling, post.wordsFor));
    } else {
      await digests.updateOne(
        { _id: `${telling.alertId.split('/')[0]}/${listener.person._id}/${way}` },
        {
          $setOnInsert: { personId: listener.person._id, way },
          $min: { dueAt },
          $inc: { count: 1 },
          $push: { tellings: { $each: [telling], $slice: -GATHERED_MAX } },
        },
        { upsert: true },
      );
    }
  }
}

/** When it is told, gathered with others; null: at once and by itself. */
export function whenTold(
  { quiet, urgentAnyway, digestAt, timeZone }: AlertPreferences,
  way: AlertWay,
  { level }: Pick<Telling, 'level'>,
  sentWithinHour: number,
  now: Date,
): Date | null {
  const isUrgent = level === 'urgent' && urgentAnyway;
  if (!isUrgent && way === 'email' && digestAt !== null) return nextAt(now, timeZone, digestAt);
  if (!isUrgent && quiet && isBetween(now, timeZone, quiet.from, quiet.to))
    return nextAt(now, timeZone, quiet.to);
  return sentWithinHour >= HOURLY_MAX[way] ? new Date(now.getTime() + HOUR_MS) : null;
}

function tellingOf(
  { _id, topic = 'other', level, title, text, at, tell }: AlertDocument,
  what: Telling['what'],
): Telling {
  return { alertId: _id, what, topic, level, title, text, at: what === 'healed' ? (tell?.at ?? at) : at };
}

/** Puts messages into the outbox, by the connections of the client. */
class Post {
  readonly wordsFor: { readonly clientName: string; readonly pageUrl: string };
  sent = 0;
  readonly #database: Database;
  readonly #clientId: ClientId;
  readonly #senders: Senders;
  /** By person and way: how many were sent within the last hour. */
  readonly #within = new Map<string, number>();

  constructor(
    database: Database,
    clientId: ClientId,
    senders: Senders,
    pageUrl: string,
    client: ClientDocument | null,
  ) {
    this.#database = database;
    this.#clientId = clientId;
    this.#senders = senders;
    this.wordsFor = { clientName: client?.name ?? clientId, pageUrl: `${pageUrl}/clients/${clientId}` };
  }

  async sentWithinHour({ person, sentBefore }: Listener, way: AlertWay, now: Date): Promise<number> {
    const known = this.#within.get(`${person._id} ${way}`);
    if (known !== undefined) return known;
    return (sentBefore[way] ?? []).filter((at) => now.getTime() - at.getTime() < HOUR_MS).length;
  }

  /** Nothing happens where no service of the kind is connected, or the person has no number. */
  async send(
    listener: Listener,
    way: AlertWay,
    key: string,
    { subject, content, short }: Words,
  ): Promise<void> {
    const sender = this.#senders[way];
    const { person, preferences } = listener;
    if (!sender || (way === 'sms' && preferences.phone === null)) return;
    const isNew = await enqueue(this.#database.db, this.#clientId, {
      key,
      effect: way === 'email' ? MAIL_EFFECT : TEXT_EFFECT,
      connectionId: sender._id,
      subject: `Alert to ${person.name}: ${subject}`.slice(0, 200),
      payload:
        way === 'email'
          ? { to: [person.email], subject, content }
          : { to: preferences.phone, text: short, validSeconds: 3_600 },
      // To be told twice is better than not at all.
      whenInDoubt: 'again',
    });
    if (!isNew) return;
    this.sent += 1;
    const now = new Date();
    this.#within.set(`${person._id} ${way}`, (await this.sentWithinHour(listener, way, now)) + 1);
    await preferencesOf(this.#database.db, this.#clientId).updateOne(
      { _id: `${this.#clientId}/${person._id}` },
      { $push: { [`sent.${way}`]: { $each: [now], $slice: -HOURLY_MAX[way] } } },
    );
  }
}
