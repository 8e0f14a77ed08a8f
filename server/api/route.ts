/**
 * One route of the API, declared once: its address, who may use it, what goes in, what comes out, and what it does.
 * Express's routes, the checks, the OpenAPI document and the generated tests are all made from it.
 */
import type { z } from 'zod';
import type { AgencyId, ClientId } from '#runtime/ids.ts';
import type { Permission } from '../auth/permissions.ts';
import type { Principal } from '../auth/principal.ts';
import type { Tokens, Whereabouts } from '../auth/sessions.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What an answer is written in. */
export type Media = 'application/json' | 'text/csv';

/** Whose data a route is about: one client's, the agency's, the signed-in person's own; or it is open to everybody. */
export type Scope = 'client' | 'agency' | 'person' | 'open';

/** The names in a path: `/orders/:id` has `id`. */
type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Readonly<Record<Name, string>> & ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Readonly<Record<Name, string>>
    : unknown;

interface Parts<Path extends string, Query, Body> {
  readonly params: ParamsOf<Path>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
}

/** Who asks for an agency's data. */
export interface AgencyAsker {
  readonly agencyId: AgencyId;
  readonly principal: Principal;
  /** For the record: who did it. */
  readonly by: string;
}

/** Who asks for a client's data. What is asked for is looked for within this client, and nowhere else. */
export interface ClientAsker extends AgencyAsker {
  readonly clientId: ClientId;
}

/** Who asks for what is their own. `visit` is how their session is begun and ended. */
export interface PersonAsker extends AgencyAsker {
  readonly visit: Visit;
}

export interface OpenAsker {
  readonly visit: Visit;
  /** null: nobody is signed in. */
  readonly principal: Principal | null;
}

/** A browser that asks: where from, and its session. */
export interface Visit extends Whereabouts {
  readonly requestId: string;
  readonly refreshToken: string | undefined;
  signIn(tokens: Tokens): void;
  signOut(): void;
}

interface Declaration<Path extends string, Query, Body, Answer, Asker> {
  readonly method: Method;
  /** Below `/api/v1`. */
  readonly path: Path;
  /** One line for the documentation: what it gives or does. */
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  /** null: it answers with nothing. */
  readonly answer: Answer | null;
  /** 200 by itself; 204 where it answers with nothing. */
  readonly status?: 200 | 201 | 202;
  /** JSON by itself; of anything else `run` gives the text, or its parts as they are read. */
  readonly media?: Media;
  /** What it is about, as it is now, for the audit log, which shows it before and after; null: there is none (any more). */
  readonly was?: (asked: Asker & Parts<Path, Query, Body>) => Promise<unknown>;
  /** What came of it, for the audit log, where `was` could not find it: by what was answered. */
  readonly became?: (asked: Asker & Parts<Path, Query, Body>, answer: z.input<Answer>) => Promise<unknown>;
  /**
   * The body has credentials in it, whatever its fields are called: the audit log keeps nothing of it, or only what this
   * picks out.
   */
  readonly secretBody?: true | ((body: z.output<Body>) => unknown);
  /** How large the body may be; a megabyte by itself. */
  readonly bodyBytesMax?: number;
  /** It changes nothing that anybody would ask for later: the audit log leaves it out. */
  readonly unaudited?: true;
  readonly run: (
    asked: Asker & Parts<Path, Query, Body>,
  ) => Promise<z.input<Answer> | AsyncIterable<z.input<Answer>> | undefined>;
}

/** A route as the server mounts it. */
export interface Route {
  readonly scope: Scope;
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  /** null: being signed in is enough, or not even that is needed. */
  readonly may: Permission | null;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType | null;
  readonly status: number;
  readonly media: Media;
  /** What of a body the audit log may keep. */
  readonly auditedBody: (body: unknown) => unknown;
  /** null: a megabyte. */
  readonly bodyBytesMax: number | null;
  /** Whether the audit log tells of it: all that changes something, unless it says otherwise. */
  readonly audited: boolean;
  readonly was: ((asked: Asker & RawParts) => Promise<unknown>) | null;
  readonly became: ((asked: Asker & RawParts, answer: unknown) => Promise<unknown>) | null;
  readonly run: (asked: Asker & RawParts) => Promise<unknown>;
}

export type Asker = ClientAsker | AgencyAsker | PersonAsker | OpenAsker;

/** The parts of a request, checked by the route's own schemas. */
export interface RawParts {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

const OK = 200;
const JSON_MEDIA = 'application/json';
const NO_CONTENT = 204;

type NoQuery = z.ZodObject<Record<never, never>>;

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
  Query extends z.ZodObject = NoQuery,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, Query, Body, Answer, ClientAsker> & { readonly may: Permission }): Route {
  return routeOf('client', declaration.may, declaration);
}

/** Declares a route over what belongs to the agency: clients, members, keys. */
export function agencyRoute<
  const Path extends string,
  Query extends z.ZodObject = NoQuery,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, Query, Body, Answer, AgencyAsker> & { readonly may: Permission }): Route {
  return routeOf('agency', declaration.may, declaration);
}

/** Declares a route over what is the signed-in person's own. Keys can't use it. */
export function personRoute<
  const Path extends string,
  Query extends z.ZodObject = NoQuery,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, Query, Body, Answer, PersonAsker>): Route {
  return routeOf('person', null, declaration);
}

/** Declares a route for those who are not signed in (yet). */
export function openRoute<
  const Path extends string,
  Query extends z.ZodObject = NoQuery,
  Body extends z.ZodType = z.ZodUndefined,
  Answer extends z.ZodType = z.ZodUndefined,
>(declaration: Declaration<Path, Query, Body, Answer, OpenAsker>): Route {
  return routeOf('open', null, declaration);
}

function routeOf<
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  A,
>(scope: Scope, may: Permission | null, declaration: Declaration<Path, Query, Body, Answer, A>): Route {
  const { method, path, summary, query, body, answer, status = OK, was, run } = declaration;
  return {
    scope,
    method,
    path,
    summary,
    may,
    query: query ?? null,
    body: body ?? null,
    answer,
    status: answer === null ? NO_CONTENT : status,
    media: declaration.media ?? JSON_MEDIA,
    auditedBody: auditedBodyOf(declaration.secretBody as true | Route['auditedBody'] | undefined),
    bodyBytesMax: declaration.bodyBytesMax ?? null,
    audited: method !== 'get' && !declaration.unaudited,
    was: (was as unknown as Route['was'] | undefined) ?? null,
    became: (declaration.became as unknown as Route['became'] | undefined) ?? null,
    // The parts are what these very schemas made of the request, and the asker is of the scope: see mount-routes.ts.
    run: run as unknown as Route['run'],
  };
}

function auditedBodyOf(secret: true | Route['auditedBody'] | undefined): Route['auditedBody'] {
  if (secret === true) return () => null;
  return secret ?? ((body) => body);
}

/** The names of a route's parameters, in order. */
export function paramsOf({ path }: Pick<Route, 'path'>): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
}
