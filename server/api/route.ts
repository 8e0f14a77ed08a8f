/**
 * One route of the API, declared once: its address, who may use it, what goes in, what comes out, and what it does.
 * Express's routes, the checks, the OpenAPI document and the generated tests are all made from it.
 */
import type { z } from 'zod';
import type { ClientId } from '#runtime/ids.ts';
import type { Permission } from '../auth/permissions.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The names in a path: `/orders/:id` has `id`. */
type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Readonly<Record<Name, string>> & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Readonly<Record<Name, string>>
    : unknown;

/** Who asks for a client's data. What is asked for is looked for within this client, and nowhere else. */
export interface Asker {
  readonly clientId: ClientId;
  /** For the record: who did it. */
  readonly by: string;
}

interface Asked<Path extends string, Query, Body> extends Asker {
  readonly params: ParamsOf<Path>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
}

interface Declaration<Path extends string, Query, Body, Answer> {
  readonly method: Method;
  /** Below `/api/v1`. */
  readonly path: Path;
  /** One line for the documentation: what it gives or does. */
  readonly summary: string;
  readonly may: Permission;
  readonly query?: Query;
  readonly body?: Body;
  /** null: it answers with nothing. */
  readonly answer: Answer | null;
  /** 200 by itself; 204 where it answers with nothing. */
  readonly status?: 200 | 201 | 202;
  readonly run: (asked: Asked<Path, Query, Body>) => Promise<z.input<Answer> | undefined>;
}

/** A route as the server mounts it. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly may: Permission;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType | null;
  readonly status: number;
  readonly run: (asked: Asker & RawParts) => Promise<unknown>;
}

/** The parts of a request, checked by the route's own schemas. */
export interface RawParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

const OK = 200;
const NO_CONTENT = 204;

/**
 * Declares a route over one client's data.
 *
 *     clientRoute({
 *       method: 'get', path: '/alerts', summary: 'Alerts, newest first', may: 'see',
 *       query: ListQuery, answer: pageOfRows(AlertRow),
 *       run: async ({ clientId, query }) => …,
 *     })
 */
export function clientRoute<
  const Path extends string,
  Query extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, Query, Body, Answer>): Route {
  const { method, path, summary, may, query = null, body = null, answer, run } = declaration;
  return {
    method,
    path,
    summary,
    may,
    query,
    body,
    answer,
    status: answer === null ? NO_CONTENT : (declaration.status ?? OK),
    // The parts are what these very schemas made of the request.
    run: run as unknown as Route['run'],
  };
}

/** The names of a route's parameters, in order. */
export function paramsOf({ path }: Pick<Route, 'path'>): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}
