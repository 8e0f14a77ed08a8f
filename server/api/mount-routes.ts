/**
 * Express's routes from the route table. Each admits its sender first, then reads what was sent, checks it whole by its own
 * schemas, and only then does anything.
 */
import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { Problem } from '../problem.ts';
import { admit } from './admission.ts';
import type { ApiOptions } from './client-context.ts';
import { RequestLimits } from './request-limits.ts';
import type { Asker, Route } from './route.ts';

const BODY_BYTES_MAX = 1_000_000;
const PARAM_CHARACTERS_MAX = 1_000;

export function mountRoutes(
  routes: readonly Route[],
  options: Pick<ApiOptions, 'auth' | 'database'>,
): Router {
  const router = Router();
  const admission = { ...options, limits: new RequestLimits() };
  const readBody = json({ limit: BODY_BYTES_MAX });
  router.use((_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  for (const route of routes) {
    const enter: RequestHandler = async (request, response, next) => {
      response.locals.asker = await admit(route, admission, request, response);
      next();
    };
    const serve: RequestHandler = async (request, response) => {
      const asker = response.locals.asker as Asker;
      send(response, route, await route.run({ ...asker, ...partsOf(route, request) }));
    };
    if (route.body) router[route.method](route.path, enter, readBody, serve);
    else router[route.method](route.path, enter, serve);
  }
  return router;
}

function send(response: Response, { status, answer: schema }: Route, answer: unknown): void {
  response.status(status);
  if (schema === null) response.end();
  else response.json(answer);
}

function partsOf({ query, body }: Route, request: Request) {
  const params = request.params as Readonly<Record<string, string>>;
  if (Object.values(params).some((value) => value.length > PARAM_CHARACTERS_MAX)) {
    throw new Problem(414, 'The address is too long', 'Check the address. Nothing was changed.');
  }
  return {
    params,
    query: query ? checked(query, request.query, 'The query is not right') : {},
    body: body ? checked(body, request.body, 'What was sent is not right') : undefined,
  };
}

/** @throws {Problem} 400 that names what is not right. */
function checked(schema: z.ZodType, given: unknown, title: string): unknown {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Problem(400, title, `${what}. Nothing was changed.`);
}
