/** Runs a handler and answers as WordPress does: headers, errors, and durable before it is told. */
import type { NextFunction, Request, Response } from 'express';
import type { Ground } from '../ground.ts';
import { phpJson } from '../php-json.ts';
import type { FaultBox } from './faults.ts';
import { WordPressError } from './wordpress-error.ts';

export interface ApiRequest {
  readonly query: Readonly<Record<string, string>>;
  /** Numeric ids of the path. */
  readonly ids: Readonly<Record<string, number>>;
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: ApiRequest) => ApiAnswer;

export interface Stage {
  readonly ground: Ground;
  readonly faults: FaultBox;
  /** Told when a request has made webhooks due. */
  readonly afterwards: () => void;
  readonly shop: string;
}

const CACHE_CONTROL = 'no-cache, must-revalidate, max-age=0, no-store, private';

/** Express handler around a handler of ours. */
export function answering(stage: Stage, handler: Handler) {
  return (request: Request, response: Response, next: NextFunction): void => {
    try {
      const answer = handler({ query: queryOf(request), ids: idsOf(request), body: request.body });
      reply(stage, request, response, answer);
    } catch (error) {
      next(error);
    }
  };
}

function reply(stage: Stage, request: Request, response: Response, answer: ApiAnswer): void {
  stage.ground.flush();
  stage.afterwards();
  if (request.method !== 'GET' && stage.faults.losesAnswer()) {
    request.socket.destroy();
    return;
  }
  response.status(answer.status ?? 200);
  response.set({
    'Content-Type': 'application/json; charset=UTF-8',
    Link: `<${stage.shop}/wp-json/>; rel="https://api.w.org/"`,
    ...(answer.status === 401 ? {} : { Allow: allowed(request.path), 'Cache-Control': CACHE_CONTROL }),
    ...answer.headers,
  });
  response.end(phpJson(answer.body));
}

/** The methods of an address, which the real shop tells to everybody with a key. */
function allowed(path: string): string {
  if (path.endsWith('/batch')) return 'POST, PUT, PATCH';
  return /\/\d+$/.test(path) ? 'GET, POST, PUT, PATCH, DELETE' : 'GET, POST';
}

/** Errors of handlers and of the JSON parser; what is none of theirs is a bug and answered as WordPress would. */
export function replyError(stage: Stage, error: unknown, request: Request, response: Response): void {
  const known = error instanceof WordPressError ? error : fromParser(error);
  reply(stage, request, response, { status: known.status, body: known.body });
}

function fromParser(error: unknown): WordPressError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : '';
  if (type === 'entity.parse.failed') {
    const detail = { status: 400, json_error_code: 4, json_error_message: 'Syntax error' };
    return new WordPressError(400, 'rest_invalid_json', 'Invalid JSON body passed.', detail);
  }
  if (type === 'entity.too.large')
    return new WordPressError(413, 'rest_upload_file_too_big', 'The body is too large.');
  if (typeof type === 'string' && type !== '')
    return new WordPressError(400, 'rest_invalid_body', 'Unreadable body.');
  const detail = error instanceof Error ? error.message : String(error);
  return new WordPressError(
    500,
    'internal_server_error',
    `There has been a critical error on this website. ${detail}`,
  );
}

function queryOf(request: Request): Record<string, string> {
  const entries = Object.entries(request.query).map(([name, value]) => [
    name,
    Array.isArray(value) ? value[0] : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

function idsOf(request: Request): Record<string, number> {
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, Number(value)]));
}
