import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a sender may take, so that many who dribble hold nothing open. Milliseconds. */
export interface SenderTimeouts {
  /** Until all headers are there. */
  readonly headersMs: number;
  /** Until the whole request is there. */
  readonly requestMs: number;
  /** How often is looked who takes too long. */
  readonly checkMs: number;
}

/** 5 MB, the largest body that is taken, come within it over 1.5 Mbit/s. */
const TIMEOUTS: SenderTimeouts = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000 };
/** A proxy keeps its connections open for a minute as a rule: they must not end here first, or a request in between is lost. */
const KEEP_ALIVE_MS = 65_000;

/** An HTTP server that cuts off who takes too long: answered with 408, whatever the routes do. */
export function httpServer(listener: RequestListener, timeouts: SenderTimeouts = TIMEOUTS): Server {
  const { headersMs, requestMs, checkMs } = timeouts;
  return createServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      // Node's own is 30 s: whoever is late would be found as much later.
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    listener,
  );
}
