/**
 * The ingress: webhooks of channels, at `/hooks/<channel>/<connection>`. A delivery is answered with 2xx only
 * when it is on disk; what is not believed or not readable is refused and not kept.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorRequestHandler, type RequestHandler, type Response, Router, raw } from 'express';
import type { Services } from '#runtime/clients/service.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { type NewEvent, openInbox } from '#runtime/events/inbox.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { Channel } from '#runtime/sync/channel.ts';
import { openHeardCounts } from '#runtime/sync/heard-counts.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import type { Log } from '../log.ts';
import { sendProblem } from '../problem.ts';
import { NOT_NOW, sendAnswer } from './answer.ts';
import { BackPressure, type PressureLimits } from './back-pressure.ts';
import { type Door, frontDoor } from './front-door.ts';
import { inTime } from './in-time.ts';
import { incomingCall } from './incoming-call.ts';
import { serviceHook } from './service-hook.ts';
import { openTaker } from './take-webhook.ts';

/** The largest real order seen has about 1,100 lines and 2 MB. */
export const BODY_BYTES_MAX = 5_000_000;
const DEFAULT_LIMITS: PressureLimits = { waitingMax: 500_000 };

export interface IngressOptions {
  readonly database: Database;
  readonly vault: Vault;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly log: Log;
  /** A new event of the client is in the inbox. */
  readonly accepted: (clientId: ClientId, connectionId: ConnectionId) => void;
  /** The channel told a count of which no event is made. */
  readonly counted?: (clientId: ClientId, connectionId: ConnectionId) => void;
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
  /** Told of each request that comes by the door, before it is read. */
  readonly begins?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Ingress {
  /** To be mounted at `/hooks`. */
  readonly routes: Router;
  /** Stands before everything else, for most of what comes. */
  readonly door: Door;
}

export function openIngress(options: IngressOptions): Ingress {
  const { database, log } = options;
  const accept = openInbox(() => database.db);
  const hearCount = openHeardCounts(() => database.db);
  const pressure = new BackPressure(database, options.limits ?? DEFAULT_LIMITS);
  const taker = openTaker(options, { pressure, accept, hearCount });
  const router = Router();
  // Signatures are made over the bytes as sent: nothing is parsed, and nothing is unpacked.
  router.use(raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: false }));

  const receive: RequestHandler = async ({ params, headers, body: read }, response) => {
    const { channel, connection } = params;
    const body = Buffer.isBuffer(read) ? read : Buffer.alloc(0);
    sendAnswer(response, await taker.take(String(channel), String(connection), headers, body));
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

  const notNow = (response: Response) => sendAnswer(response, NOT_NOW);
  router.post(
    '/in/:name',
    incomingCall({ ...options, keep, notNow, accepted: options.called ?? (() => {}) }),
  );
  router.post('/:channel/:connection', serviceHook(options), receive);
  router.use(refuse(log));
  return { routes: router, door: frontDoor(options, taker, BODY_BYTES_MAX) };
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
      sendAnswer(response, NOT_NOW);
    }
  };
}
