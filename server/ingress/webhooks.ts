/**
 * The ingress: webhooks of channels, at `/hooks/<channel>/<connection>`. A delivery is answered with 2xx only
 * when it is on disk; what is not believed or not readable is refused and not kept.
 */
import { type ErrorRequestHandler, type RequestHandler, type Response, Router, raw } from 'express';
import { connectionById, openAccount } from '#runtime/clients/connection-model.ts';
import type { Services } from '#runtime/clients/service.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { type NewEvent, openInbox } from '#runtime/events/inbox.ts';
import { type ClientId, ConnectionId } from '#runtime/ids.ts';
import type { Channel, ChannelAccount, WebhookDelivery } from '#runtime/sync/channel.ts';
import { openHeardCounts } from '#runtime/sync/heard-counts.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import type { Log } from '../log.ts';
import { sendProblem } from '../problem.ts';
import { BackPressure, type PressureLimits } from './back-pressure.ts';
import { incomingCall } from './incoming-call.ts';
import { serviceHook } from './service-hook.ts';

/** The largest real order seen has about 1,100 lines and 2 MB. */
export const BODY_BYTES_MAX = 5_000_000;
const KNOWN_MS = 15_000;
const KNOWN_MAX = 10_000;
const RETRY_AFTER_SECONDS = '10';
/** Senders wait about five seconds (Shopify), so they get an answer before: what is kept later all the same is known when it comes again. */
const KEEP_MS_MAX = 4_000;
const DEFAULT_LIMITS: PressureLimits = { waitingMax: 500_000 };

export interface IngressOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly log: Log;
  /** A new event of the client is in the inbox. */
  readonly accepted: (clientId: ClientId, connectionId: ConnectionId) => void;
  /** A flow of the client was called: its event is in the inbox. */
  readonly called?: (clientId: ClientId) => void;
  /** Services that post to us what became of messages; absent: none. */
  readonly services?: Services;
  /** Where the ingress is reached from outside, without `/hooks`. */
  readonly publicUrl?: () => string;
  /** A service told something of a message. */
  readonly reported?: (clientId: ClientId) => void;
  /** Something changed that the webhook does not tell: the connection is to be polled now. */
  readonly hinted?: (clientId: ClientId, connectionId: ConnectionId) => void;
  readonly limits?: PressureLimits;
}

interface Known {
  readonly clientId: ClientId;
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly untilMs: number;
}

export function webhookRoutes(options: IngressOptions): Router {
  const { database, channels, log } = options;
  const known = new Map<string, Known>();
  const accept = openInbox(() => database.db);
  const hearCount = openHeardCounts(() => database.db);
  const pressure = new BackPressure(database, options.limits ?? DEFAULT_LIMITS);
  const router = Router();
  // Signatures are made over the bytes as sent: nothing is parsed, and nothing is unpacked.
  router.use(raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: false }));

  const receive: RequestHandler = async (request, response) => {
    const { channel: type, connection: id } = request.params;
    const facts = { channel: type, connection: id };
    const connection = await inTime(find(String(type), String(id)));
    if (!connection) {
      log.warn(facts, 'a webhook came for a connection that does not exist; it was not kept');
      sendProblem(
        response,
        404,
        'Unknown connection',
        'No shop is connected at this address. Remove this webhook in your shop, or connect the shop again.',
      );
      return;
    }
    const { clientId, channel, account } = connection;
    const delivery: WebhookDelivery = {
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          Array.isArray(value) ? value[0] : value,
        ]),
      ),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
    const reading = channel.readWebhook(delivery, account.secret);
    if (reading.kind === 'refused') {
      log.warn({ ...facts, client: clientId, reason: reading.reason }, 'a webhook was refused and not kept');
      sendProblem(response, reading.status, 'Webhook refused', `${reading.reason} Nothing was kept.`);
      return;
    }
    if (reading.kind === 'ignored') {
      log.debug({ ...facts, client: clientId, reason: reading.reason }, 'a webhook holds nothing to keep');
      response.status(200).end();
      return;
    }
    if (reading.kind === 'hint') {
      options.hinted?.(clientId, account.connectionId);
      response.status(200).end();
      return;
    }
    const refusal = pressure.refusal(clientId);
    if (refusal) {
      log.warn(
        { ...facts, client: clientId, refusal },
        'a webhook was not taken; the sender was asked to come again',
      );
      notNow(response);
      return;
    }
    const { connectionId } = account;
    if (reading.kind === 'count') {
      const { kind: _count, ...count } = reading;
      await inTime(hearCount({ clientId, connectionId, ...count }));
      response.status(200).end();
      return;
    }
    // The echo of our own push, as a rule, or of a sale: no event is made of it.
    const { listing } = reading;
    if (listing && (await inTime(hearCount({ clientId, connectionId, ...listing, listing })))) {
      response.status(200).end();
      return;
    }
    const { topic, dedupeKey, partition, body = delivery.body } = reading;
    const event = { clientId, source: connectionId, topic, dedupeKey, partition, body };
    const accepted = await inTime(pressure.writing(clientId, body.length, () => accept(event)));
    if (accepted) options.accepted(clientId, connectionId);
    else log.debug({ ...facts, client: clientId }, 'a webhook came again; it was kept before');
    response.status(200).end();
  };

  /** null: nothing more is taken from the client just now. */
  async function keep(event: NewEvent): Promise<'new' | 'known' | null> {
    const { clientId, body } = event;
    const refusal = pressure.refusal(clientId);
    if (refusal)
      log.warn({ client: clientId, refusal }, 'a call was not taken; the sender was asked to come again');
    if (refusal) return null;
    return (await inTime(pressure.writing(clientId, body.length, () => accept(event)))) ? 'new' : 'known';
  }

  async function find(type: string, id: string): Promise<Known | null> {
    const kept = known.get(id);
    if (kept && kept.untilMs > Date.now()) return kept.channel.type === type ? kept : null;
    const connectionId = ConnectionId.safeParse(id);
    const channel = channels.get(type);
    if (!connectionId.success || !channel) return null;
    const document = await connectionById(database.models, connectionId.data);
    if (!document || document.channel !== type) return null;
    if (known.size >= KNOWN_MAX) known.clear();
    const account = openAccount(options.vault, channel, document);
    const found = { clientId: document.clientId, channel, account, untilMs: Date.now() + KNOWN_MS };
    known.set(id, found);
    return found;
  }

  router.post(
    '/in/:name',
    incomingCall({ ...options, keep, notNow, accepted: options.called ?? (() => {}) }),
  );
  router.post('/:channel/:connection', serviceHook(options), receive);
  router.use(refuse(log));
  return router;
}

function notNow(response: Response): void {
  response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  sendProblem(
    response,
    503,
    'Not available',
    'The webhook could not be kept. Send it again in a few seconds.',
  );
}

/** @throws {Error} when it takes too long: whether it was done is not known then. */
function inTime<Result>(work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the database did not answer within ${KEEP_MS_MAX} ms`)),
      KEEP_MS_MAX,
    );
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** What can't be read is the sender's fault (4xx); anything else is ours: the sender shall try again. */
function refuse(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 503;
    if (status === 413) {
      log.warn({ path: request.path, bytesMax: BODY_BYTES_MAX }, 'a webhook was too large and was not kept');
      sendProblem(
        response,
        413,
        'Too large',
        `A webhook may have ${BODY_BYTES_MAX / 1_000_000} MB at most. Nothing was kept.`,
      );
    } else if (status >= 400 && status < 500) {
      log.warn({ path: request.path, status }, 'a webhook could not be read and was not kept');
      sendProblem(response, status, 'Not readable', 'The request could not be read. Nothing was kept.');
    } else {
      log.error(
        { path: request.path, err: error },
        'a webhook could not be kept; the sender was asked to try again',
      );
      notNow(response);
    }
  };
}
