/** Express's routes from the route table: each checks what it is sent by its own schemas before it does anything. */
import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import { Problem } from '../problem.ts';
import { clientOf, personOf } from './client-context.ts';
import type { Route } from './route.ts';

const PARAM_CHARACTERS_MAX = 1_000;

export function mountRoutes(routes: readonly Route[]): Router {
  const router = Router();
  for (const route of routes) {
    router[route.method](route.path, async (request, response) => {
      const answer = await route.run({
        clientId: clientOf(response),
        by: personOf(response),
        ...partsOf(route, request),
      });
      send(response, route, answer);
    });
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
