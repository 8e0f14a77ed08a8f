/** The API over real HTTP, with an operator for each of two clients signed in: for tests of single lists. No runner behind it. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pino } from 'pino';
import { ALL_CHANNELS } from '#nodes/all-channels.ts';
import { ALL_NODE_TYPES } from '#nodes/all-node-types.ts';
import { ALL_OUTSIDE_EFFECTS, ALL_SERVICES } from '#nodes/all-services.ts';
import type { Database } from '#runtime/database/open-database.ts';
import { ClientId, type ConnectionId } from '#runtime/ids.ts';
import { Trials } from '#runtime/trial/trial-process.ts';
import { Vault } from '#runtime/vault/vault.ts';
import { apiRouteTable } from '#server/api/api.ts';
import type { Route } from '#server/api/route.ts';
import { type Auth, openAuth } from '#server/auth/auth.ts';
import type { LiveUpdates } from '#server/live/live-updates.ts';
import { TrialDesk } from '#server/trials/trial-desk.ts';
import { openWeb, type WebOptions } from '#server/web.ts';
import { type Answered, answerCheck } from './answer-check.ts';
import { makeClients, signInAs } from './sign-in-as.ts';
import { Visitor } from './visitor.ts';

export interface ApiBench {
  readonly ours: ClientId;
  readonly theirs: ClientId;
  readonly vault: Vault;
  readonly auth: Auth;
  /** Connections that were to fetch something. */
  readonly polled: ConnectionId[];
  /** Clients that were woken, that were loaded anew, and that were to be proved. */
  readonly woken: ClientId[];
  readonly reloaded: ClientId[];
  readonly proved: ClientId[];
  readonly live: LiveUpdates;
  readonly url: string;
  readonly routes: readonly Route[];
  /** Throws when an answer is none that the document allows. */
  readonly check: (answered: Answered) => void;
  /** The Cookie header of a client that is signed in. */
  cookieOf(client: ClientId): string;
  /** Somebody new, not signed in; their answers are held to the document too. */
  visitor(): Visitor;
  /** Every answer is held to the OpenAPI document. GET, or POST where there is a body, or as named; as `ours` unless another client is named. */
  ask(
    path: string,
    body?: object,
    as?: ClientId,
    method?: string,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
  close(): Promise<void>;
}

/** @param more what shall be otherwise: channels instead of those that come with SyncFlow, shorter timeouts. */
export async function openApiBench(
  database: Database & { readonly uri?: string },
  more: Partial<Pick<WebOptions, 'channels' | 'mail' | 'pageDir' | 'timeouts'>> = {},
): Promise<ApiBench> {
  const vault = new Vault(Buffer.alloc(32, 7));
  const auth = await openAuth(database, vault, false);
  const [woken, reloaded, proved]: ClientId[][] = [[], [], []];
  const polled: ConnectionId[] = [];
  const trials = new Trials({
    script: join(import.meta.dirname, '../../server/trial-runner.ts'),
    environment: () => ({ TRIAL_MONGODB_URI: database.uri ?? '' }),
  });
  const options: WebOptions = {
    database,
    vault,
    auth,
    log: pino({ level: 'silent' }),
    types: ALL_NODE_TYPES,
    channels: ALL_CHANNELS,
    services: ALL_SERVICES,
    outsideEffects: ALL_OUTSIDE_EFFECTS,
    version: '0',
    publicUrl: () => 'https://sync.example',
    mail: null,
    pageDir: '.',
    host: '127.0.0.1',
    secure: false,
    wake: (clientId) => woken?.push(clientId),
    reload: (clientId) => reloaded?.push(clientId),
    poll: (_clientId, connectionId) => polled.push(connectionId),
    trials: {
      run: (request, progress) => trials.run(request, progress),
      desk: new TrialDesk(trials, () => {}),
    },
    prove: async (clientId) => void proved?.push(clientId),
    accepted: () => {},
    ...more,
  };
  const web = await openWeb(options, 0);
  const routes = apiRouteTable({ ...options, changed: () => {} });
  const check = answerCheck(routes);
  const url = `http://127.0.0.1:${web.port}/api/v1`;
  const [ours, theirs] = [ClientId.parse(`c-${randomUUID()}`), ClientId.parse(`c-${randomUUID()}`)];
  await makeClients(database, [ours, theirs]);
  const cookies = new Map<ClientId, string>();
  for (const client of [ours, theirs]) {
    cookies.set(client, (await signInAs(database, auth, { clients: [client] })).cookie);
  }
  return {
    ours,
    theirs,
    vault,
    auth,
    live: web.live,
    url,
    routes,
    polled,
    check,
    cookieOf: (client) => cookies.get(client) ?? '',
    visitor: () =>
      new Visitor(url, (method, path, { status, body }) =>
        check({ method, path: path.split('?')[0] ?? '', status, body }),
      ),
    woken: woken ?? [],
    reloaded: reloaded ?? [],
    proved: proved ?? [],
    ask: async (path, body, as = ours, method = body ? 'POST' : 'GET') => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          cookie: cookies.get(as) ?? '',
          'x-syncflow': 'page',
          'content-type': 'application/json',
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = { status: response.status, body: text === '' ? null : JSON.parse(text) };
      check({ method, path: path.split('?')[0] ?? '', ...answer });
      return answer;
    },
    close: () => web.close(),
  };
}
