/** How long requests take, by route and answer. */
import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const NANOSECONDS = 1e9;
/** Where routers are mounted. Express forgets it of a request whose route threw. */
const MOUNTS = ['/api/v1', '/hooks', '/connect'];

/** Measures every request that passes through it. */
export function requestMetrics(registry: Registry): RequestHandler {
  const durations = new Histogram({
    name: 'syncflow_http_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS,
    registers: [registry],
  });
  return (request, response, next) => {
    const from = process.hrtime.bigint();
    response.once('close', () => {
      // Set by express once a route was found. What names no route of ours is one row, whatever a stranger asks for.
      const path = (request.route as { readonly path?: unknown } | undefined)?.path;
      const route = typeof path === 'string' ? `${mountOf(request.originalUrl)}${path}` : 'other';
      const seconds = Number(process.hrtime.bigint() - from) / NANOSECONDS;
      durations.observe({ method: request.method, route, status: response.statusCode }, seconds);
    });
    next();
  };
}

function mountOf(address: string): string {
  return MOUNTS.find((mount) => address.startsWith(`${mount}/`)) ?? '';
}
