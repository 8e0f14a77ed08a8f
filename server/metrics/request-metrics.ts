/** How long requests take, by route and answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const SECOND_MS = 1_000;
/** Where routers are mounted. Express forgets it of a request whose route threw. */
const MOUNTS = ['/api/v1', '/hooks', '/connect'];

export interface RequestMetrics {
  /** Measures every request that passes through it. */
  readonly measure: RequestHandler;
  /** Measures one that no Express sees. */
  readonly measureOne: (request: IncomingMessage, response: ServerResponse, route: string) => void;
}

export function requestMetrics(registry: Registry): RequestMetrics {
  const durations = new Histogram({
    name: 'syncflow_http_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  function whenAnswered(
    { method = '' }: IncomingMessage,
    response: ServerResponse,
    routeOf: () => string,
  ): void {
    const fromMs = performance.now();
    response.once('close', () => {
      const seconds = (performance.now() - fromMs) / SECOND_MS;
      durations.observe({ method, route: routeOf(), status: response.statusCode }, seconds);
    });
  }
  return {
    measure: (request, response, next) => {
      whenAnswered(request, response, () => {
        // Set by express once a route was found. What names no route of ours is one row, whatever a stranger asks for.
        const path = (request.route as { readonly path?: unknown } | undefined)?.path;
        return typeof path === 'string' ? `${mountOf(request.originalUrl)}${path}` : 'other';
      });
      next();
    },
    measureOne: (request, response, route) => whenAnswered(request, response, () => route),
  };
}

function mountOf(address: string): string {
  return MOUNTS.find((mount) => address.startsWith(`${mount}/`)) ?? '';
}
