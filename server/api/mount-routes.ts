/**
 * Express's routes from the route table. Each admits its sender first, then reads what was sent, checks it whole by its own
 * schemas, and only then does anything.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { recordWrite } from '../audit/record-write.ts';
import { Idempotency } from '../idempotency/idempotency.ts';
import { Problem } from '../problem.ts';
import { requestIdOf } from '../request-id.ts';
import { admit } from './admission.ts';
import type { ApiOptions } from './client-context.ts';
import { RequestLimits } from './request-limits.ts';
import type { Asker, Route } from './route.ts';

/** Names a write, so that it may be sent again: see server/idempotency. */
export const IDEMPOTENCY_HEADER = 'idempotency-key';
const BODY_BYTES_MAX = 1_000_000;
const PARAM_CHARACTERS_MAX = 1_000;

export function mountRoutes(
  routes: readonly Route[],
  options: Pick<ApiOptions, 'auth' | 'database' | 'vault' | 'log'>,
): Router {
  const router = Router();
  const { auth, database, vault, log } = options;
  const admission = { ...options, limits: new RequestLimits() };
  const recorder = { audit: auth.audit, sessions: auth.sessions, database, log };
  const idempotency = new Idempotency(database.db, vault);
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
      const parts = partsOf(route, request);
      const write = async (): Promise<unknown> => {
        if (!route.audited) return await route.run({ ...asker, ...parts });
        const { became } = route;
        const audited = {
          route,
          asker,
          body: parts.body,
          from: fromOf(request, response),
          was: async () => (await route.was?.({ ...asker, ...parts })) ?? null,
          became: became && ((answer: unknown) => became({ ...asker, ...parts }, answer)),
        };
        return await recordWrite(recorder, audited, (as) => route.run({ ...as, ...parts }));
      };
      const key = request.get(IDEMPOTENCY_HEADER);
      if (key === undefined || !isRepeatable(route) || asker.principal === null) {
        await send(response, route, await write());
        return;
      }
      const { agencyId, by } = asker.principal;
      const clientId = 'clientId' in asker ? asker.clientId : null;
      const action = `${route.method} ${request.originalUrl}`;
      const once = await idempotency.once(key, { agencyId, by, clientId, action, body: request.body }, write);
      if (once.replayed) response.setHeader('idempotent-replayed', 'true');
      await send(response, route, once.answer);
    };
    const read = route.bodyBytesMax === null ? readBody : json({ limit: route.bodyBytesMax });
    if (route.body) router[route.method](route.path, enter, read, serve);
    else router[route.method](route.path, enter, serve);
  }
  return router;
}

/** Whether a write may be sent again with the same key. What begins or ends a session is answered with cookies, and is not. */
export function isRepeatable({ method, scope }: Pick<Route, 'method' | 'scope'>): boolean {
  return method !== 'get' && (scope === 'client' || scope === 'agency');
}

function fromOf(request: Request, response: Response) {
  return {
    target: request.path.slice(0, PARAM_CHARACTERS_MAX),
    address: request.ip ?? '',
    device: request.get('user-agent') ?? '',
    requestId: requestIdOf(response),
  };
}

async function send(
  response: Response,
  { status, answer: schema, media, path }: Route,
  answer: unknown,
): Promise<void> {
  response.status(status);
  if (schema === null) response.end();
  else if (media !== 'text/csv') response.json(answer);
  else {
    response.attachment(`${path.split('/')[1]}.csv`).type(media);
    if (typeof answer === 'string') response.send(answer);
    // Whoever reads slowly, or goes away, is not read for.
    else await pipeline(Readable.from(answer as AsyncIterable<string>), response);
  }
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
