/** Errors of the API as problem+json (RFC 9457), each with a sentence for people. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ProblemView } from './api/views.ts';
import type { Log } from './log.ts';
import { requestIdOf } from './request-id.ts';

export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  /** When it is worth to try again. */
  readonly retryAfterSeconds: number | null;
  constructor(status: number, title: string, detail: string, retryAfterSeconds: number | null = null) {
    super(detail);
    this.status = status;
    this.title = title;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Answers with a problem. */
export function sendProblem(
  response: Parameters<RequestHandler>[1],
  status: number,
  title: string,
  detail: string,
): void {
  const body: ProblemView = { type: 'about:blank', title, status, detail };
  response.status(status).type('application/problem+json').send(JSON.stringify(body));
}

export const notFound: RequestHandler = (_request, response) => {
  sendProblem(
    response,
    404,
    'Not found',
    'There is nothing at this address. Check it, or go back to the start page.',
  );
};

const CLIENT_ERROR = 400;
const SERVER_ERROR = 500;

/** The last handler: what express or a route threw. Says nothing about our inside. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof Problem) {
      if (error.retryAfterSeconds !== null)
        response.setHeader('retry-after', String(error.retryAfterSeconds));
      sendProblem(response, error.status, error.title, error.message);
      return;
    }
    const status = statusOf(error);
    const { method, path } = request;
    const requestId = requestIdOf(response);
    if (status < SERVER_ERROR) {
      log.info({ method, path, status, requestId }, 'a request could not be read');
      sendProblem(
        response,
        status,
        'The request could not be read',
        'Nothing was changed. Check what was sent, and send it again.',
      );
      return;
    }
    log.error({ method, path, requestId, err: error }, 'a request failed');
    sendProblem(
      response,
      status,
      'Something went wrong on our side',
      'What was accepted before is kept. Try again in a moment; the log says more.',
    );
  };
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= CLIENT_ERROR && status < SERVER_ERROR
    ? status
    : SERVER_ERROR;
}
