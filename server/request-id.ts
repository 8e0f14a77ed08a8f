/** Each request has a number of its own: in the log, in the audit log, and in its answer, so that one is found by the other. */
import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const HEADER = 'x-request-id';

/** Ours, never the sender's: nobody else may choose what stands in our logs. */
export const numberRequests: RequestHandler = (_request, response, next) => {
  const id = randomUUID();
  response.locals.requestId = id;
  response.setHeader(HEADER, id);
  next();
};

/** The number that this request was given; empty where it was given none. */
export function requestIdOf(response: Response): string {
  const id: unknown = response.locals.requestId;
  return typeof id === 'string' ? id : '';
}
