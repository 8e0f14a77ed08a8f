/** Each request has a number of its own: in the log, in the audit log, and in its answer, so that one is found by the other. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';

const HEADER = 'x-request-id';

/** Ours, never the sender's: nobody else may choose what stands in our logs. */
export const numberRequests: RequestHandler = (_request, response, next) => {
  response.locals.requestId = numberRequest(response);
  next();
};

/** The same for a request that no Express sees. @returns its number. */
export function numberRequest(response: ServerResponse): string {
  const id = randomUUID();
  response.setHeader(HEADER, id);
  return id;
}

/** The number that this request was given; empty where it was given none. */
export function requestIdOf(response: Response): string {
  const id: unknown = response.locals.requestId;
  return typeof id === 'string' ? id : '';
}
