/** What every API route works with: the client of the session, and nothing of any other. */
import type { RequestHandler, Response } from 'express';
import type { Services } from '#runtime/clients/service.ts';
import type { Database } from '#runtime/database/open-database.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import type { OutsideEffects } from '#runtime/outbox/outside-effect.ts';
import type { NodeTypes } from '#runtime/pipelines/node-type.ts';
import type { Channel } from '#runtime/sync/channel.ts';
import type { Vault } from '#runtime/vault/vault.ts';
import type { Sessions } from '../auth/sessions.ts';
import { sendProblem } from '../problem.ts';
import type { ChangedMessage } from './views.ts';

export interface ApiOptions {
  readonly database: Database;
  readonly sessions: Sessions;
  readonly types: NodeTypes;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly version: string;
  readonly services: Services;
  readonly outsideEffects: OutsideEffects;
  readonly vault: Vault;
  /** Where people and channels reach this SyncFlow, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Connections or pipelines of the client have changed. */
  readonly reload: (clientId: ClientId) => void;
  /** The client's inbox or outbox has something to do again. */
  readonly wake: (clientId: ClientId) => void;
  /** The connection has something to fetch: an import, orders of before. */
  readonly poll: (clientId: ClientId, connectionId: ConnectionId) => void;
  /** Starts a proof of the client's books. */
  readonly prove: (clientId: ClientId) => Promise<void>;
  /** Pages of the client that show something of these topics ask again. */
  readonly changed: (clientId: ClientId, topics: ChangedMessage['topics']) => void;
}

/** Lets only signed-in requests through, and those that change something only from our own page. */
export function signedIn(sessions: Sessions): RequestHandler {
  return async (request, response, next) => {
    const session = await sessions.ofCookies(request.headers.cookie);
    if (!session) {
      sendProblem(
        response,
        401,
        'Sign in first',
        'Open the sign-in link from the terminal in which SyncFlow was started.',
      );
      return;
    }
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    // A form on a foreign site can't send this header: the cookie alone is not enough to change anything.
    if (changes && request.headers['x-syncflow'] !== 'page') {
      sendProblem(
        response,
        403,
        'Not from our page',
        'Requests that change something need the header x-syncflow. Nothing was changed.',
      );
      return;
    }
    response.locals.clientId = session.clientId;
    response.locals.person = `person:${session.mark}`;
    response.setHeader('cache-control', 'no-store');
    next();
  };
}

/** Who sent a signed-in request, for the record: there are no accounts yet, so a session stands for a person. */
export function personOf(response: Response): string {
  return response.locals.person as string;
}

/** The client of a signed-in request. */
export function clientOf(response: Response): ClientId {
  return response.locals.clientId as ClientId;
}
