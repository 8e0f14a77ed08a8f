/** What becomes of one delivery, and what its sender is told: a 2xx only when it is on disk. Knows nothing of HTTP's ways. */
import type { IncomingHttpHeaders } from 'node:http';
import { connectionById, openAccount } from '#runtime/clients/connection-model.ts';
import type { NewEvent } from '#runtime/events/inbox.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import type { Channel, ChannelAccount, WebhookDelivery } from '#runtime/sync/channel.ts';
import type { HeardCount } from '#runtime/sync/heard-counts.ts';
import { type Answer, NOT_NOW, TAKEN } from './answer.ts';
import type { BackPressure } from './back-pressure.ts';
import { inTime } from './in-time.ts';
import type { IngressOptions } from './webhooks.ts';

const KNOWN_MS = 15_000;
const KNOWN_MAX = 10_000;
const UNKNOWN: Answer = {
  status: 404,
  title: 'Unknown connection',
  detail:
    'No shop is connected at this address. Remove this webhook in your shop, or connect the shop again.',
};

/** A connection whose webhooks come here. */
interface KnownConnection {
  readonly clientId: ClientId;
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly untilMs: number;
}

interface TakingParts {
  readonly pressure: BackPressure;
  readonly accept: (event: NewEvent) => Promise<boolean>;
  readonly hearCount: (count: HeardCount) => Promise<boolean>;
}

export interface Taker {
  /** A connection that was found a short while ago; null: it is to be looked for. */
  known(type: string, id: string): KnownConnection | null;
  /** @throws {Error} when it can't be kept, or not in time: the sender shall come again. */
  take(type: string, id: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer>;
}

export function openTaker(options: IngressOptions, { pressure, accept, hearCount }: TakingParts): Taker {
  const { database, channels, log } = options;
  const connections = new Map<string, KnownConnection>();

  function known(type: string, id: string): KnownConnection | null {
    const kept = connections.get(id);
    return kept && kept.untilMs > Date.now() && kept.channel.type === type ? kept : null;
  }

  async function find(type: string, id: string): Promise<KnownConnection | null> {
    const connectionId = ConnectionId.safeParse(id);
    const channel = channels.get(type);
    if (!connectionId.success || !channel) return null;
    const document = await connectionById(database.models, connectionId.data);
    if (!document || document.channel !== type) return null;
    if (connections.size >= KNOWN_MAX) connections.clear();
    const account = openAccount(options.vault, channel, document);
    const found = { clientId: document.clientId, channel, account, untilMs: Date.now() + KNOWN_MS };
    connections.set(id, found);
    return found;
  }

  async function take(type: string, id: string, headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const facts = { channel: type, connection: id };
    const connection = known(type, id) ?? (await find(type, id));
    if (!connection) {
      log.warn(facts, 'a webhook came for a connection that does not exist; it was not kept');
      return UNKNOWN;
    }
    const { clientId, channel, account } = connection;
    // Only cookies come as a list, and no channel sends any.
    const delivery = { headers: headers as WebhookDelivery['headers'], body };
    const reading = channel.readWebhook(delivery, account.secret);
    if (reading.kind === 'refused') {
      log.warn({ ...facts, client: clientId, reason: reading.reason }, 'a webhook was refused and not kept');
      const detail = `${reading.reason} Nothing was kept.`;
      return { status: reading.status, title: 'Webhook refused', detail };
    }
    if (reading.kind === 'ignored') {
      log.debug({ ...facts, client: clientId, reason: reading.reason }, 'a webhook holds nothing to keep');
      return TAKEN;
    }
    const { connectionId } = account;
    if (reading.kind === 'hint') {
      options.hinted?.(clientId, connectionId);
      return TAKEN;
    }
    const refusal = pressure.refusal(clientId);
    if (refusal) {
      log.warn(
        { ...facts, client: clientId, refusal },
        'a webhook was not taken; the sender was asked to come again',
      );
      return NOT_NOW;
    }
    if (reading.kind === 'count') {
      const { kind: _count, ...count } = reading;
      await hearCount({ clientId, connectionId, ...count });
      options.counted?.(clientId, connectionId);
      return TAKEN;
    }
    // The echo of our own push, as a rule, or of a sale: no event is made of it.
    const { listing } = reading;
    if (listing) {
      const { externalId, ref, quantity } = listing;
      const count = { clientId, connectionId, externalId, ref, quantity, listing };
      if (await hearCount(count)) {
        options.counted?.(clientId, connectionId);
        return TAKEN;
      }
    }
    const { topic, dedupeKey, partition, body: kept = body } = reading;
    const event = { clientId, source: connectionId, topic, dedupeKey, partition, body: kept };
    const accepted = await pressure.writing(clientId, kept.length, () => accept(event));
    if (accepted) options.accepted(clientId, connectionId);
    else log.debug({ ...facts, client: clientId }, 'a webhook came again; it was kept before');
    return TAKEN;
  }

  return {
    known,
    // All of it together: to look for the connection and then to write may each take its time.
    take: (type, id, headers, body) => inTime(take(type, id, headers, body)),
  };
}
