/** The web role: webhooks in, the API, the page and its live updates, on one port. */
import { once } from 'node:events';
import type { Server as HttpServer, RequestListener } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import compression from 'compression';
import express, { type Express } from 'express';
import type { RunnerState } from '#runtime/host/fleet.ts';
import type { ClientId, ConnectionId } from '#runtime/ids.ts';
import { apiRoutes } from './api/api.ts';
import type { ApiOptions } from './api/client-context.ts';
import { signInLinkRoute } from './auth/link-route.ts';
import { connectCallback } from './connect/callback.ts';
import { httpServer, type SenderTimeouts } from './http-server.ts';
import type { PressureLimits } from './ingress/back-pressure.ts';
import { type Ingress, openIngress } from './ingress/webhooks.ts';
import { type LiveUpdates, openLiveUpdates } from './live/live-updates.ts';
import { healthRoutes } from './metrics/health-routes.ts';
import { type Metrics, openMetrics } from './metrics/metrics-route.ts';
import { pageOf } from './page.ts';
import { notFound, problemHandler } from './problem.ts';
import { numberRequest, numberRequests } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

export interface WebOptions extends Omit<ApiOptions, 'changed'> {
  /** A new event is in the client's inbox. */
  readonly accepted: (clientId: ClientId, connectionId: ConnectionId) => void;
  readonly counted?: (clientId: ClientId, connectionId: ConnectionId) => void;
  /** The runners of now, for the metrics; absent: none behind it. */
  readonly runners?: () => readonly RunnerState[];
  /** Up to where webhooks are taken. */
  readonly limits?: PressureLimits;
  /** How long senders may take, where it is not as long as usual. */
  readonly timeouts?: SenderTimeouts;
  /** Where the built page lies. */
  readonly pageDir: string;
  readonly host: string;
  /** Whether the page is reached by https. */
  readonly secure: boolean;
}

export interface Web {
  readonly server: HttpServer;
  readonly live: LiveUpdates;
  readonly port: number;
  close(): Promise<void>;
}

/** Requests that are under way at a stop have so long to end. */
const CLOSE_MS_MAX = 5_000;
const PORTS_TRIED = 20;
const DEFAULT_PORT = 4747;

/**
 * Listens on the port, or, without one, on 4747 or the next free one.
 * @throws {Error} with a sentence when the port is taken.
 */
export async function openWeb(options: WebOptions, port: number | undefined): Promise<Web> {
  const changed: ApiOptions['changed'] = (clientId, topics) => live.changed(clientId, { topics });
  const server = httpServer(listenerOf({ ...options, changed }), options.timeouts);
  const live = openLiveUpdates(server, options.auth, options.database);
  const bound = await listen(server, options.host, port);
  return {
    server,
    live,
    port: bound,
    close: async () => {
      // Closes the sockets, and with them the server that they stand on: what is under way gets its answer first.
      const closed = once(server, 'close');
      const limit = new AbortController();
      void live.close();
      await Promise.race([closed, wait(CLOSE_MS_MAX, undefined, { signal: limit.signal })]);
      limit.abort();
      server.closeAllConnections();
    },
  };
}

function listenerOf(options: WebOptions & ApiOptions): RequestListener {
  const metrics = openMetrics({ ...options, runners: options.runners ?? (() => []) });
  const ingress = openIngress({
    ...options,
    hinted: options.poll,
    called: options.wake,
    reported: (clientId) => options.changed(clientId, ['outbox', 'overview']),
    begins: (request, response) => {
      numberRequest(response);
      metrics.measureOne(request, response, '/hooks/:channel/:connection');
    },
  });
  const app = appOf(options, metrics, ingress);
  return (request, response) => {
    if (!ingress.door(request, response)) app(request, response);
  };
}

function appOf(options: WebOptions & ApiOptions, metrics: Metrics, ingress: Ingress): Express {
  const app = express();
  app.disable('x-powered-by');
  // A proxy on this machine may say for whom it asks; anybody else would say what they like.
  app.set('trust proxy', 'loopback');
  app.use(numberRequests);
  app.use(metrics.measure);
  app.use('/hooks', ingress.routes);
  app.use('/connect', connectCallback(options));
  app.use(securityHeaders(options.secure));
  app.use(compression());
  app.use(healthRoutes(options.database), metrics.route);
  app.use(signInLinkRoute(options.auth));
  app.use('/api/v1', apiRoutes(options), notFound);
  app.use(pageOf(options.pageDir));
  app.use(notFound);
  app.use(problemHandler(options.log));
  return app;
}

async function listen(server: HttpServer, host: string, port: number | undefined): Promise<number> {
  const ports =
    port === undefined ? Array.from({ length: PORTS_TRIED }, (_, index) => DEFAULT_PORT + index) : [port];
  for (const candidate of ports) {
    const bound = await new Promise<number | null>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRINUSE') resolve(null);
        else reject(error);
      });
      server.listen(candidate, host, () => {
        server.removeAllListeners('error');
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : candidate);
      });
    });
    if (bound !== null) return bound;
  }
  const tried =
    port === undefined
      ? `the ports ${DEFAULT_PORT} to ${DEFAULT_PORT + PORTS_TRIED - 1} are`
      : `port ${port} is`;
  throw new Error(`${tried} taken by other programs; choose a free one: PORT=8080 npm start`);
}
