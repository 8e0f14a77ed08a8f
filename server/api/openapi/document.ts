/** The OpenAPI 3.1 document of the API, made from the route table. */
import { CLIENT_HEADER } from '../admission.ts';
import { IDEMPOTENCY_HEADER, isRepeatable } from '../mount-routes.ts';
import { paramsOf, type Route, type Scope } from '../route.ts';
import { type RouteSchemas, type Schema, schemasOf } from './schemas.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
  readonly description?: string;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  /** Whose data it is about, and the permission that it needs; null: none. */
  readonly 'x-scope': Scope;
  readonly 'x-permission': string | null;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

const SECURITY: Readonly<Record<Scope, Operation['security']>> = {
  client: [{ key: [] }, { session: [] }],
  agency: [{ key: [] }, { session: [] }],
  person: [{ session: [] }],
  open: [],
};

const CLIENT_PARAMETER: Parameter = {
  name: CLIENT_HEADER,
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 64 },
  description: 'The client that it is about; needed where you have several',
};

const IDEMPOTENCY_PARAMETER: Parameter = {
  name: IDEMPOTENCY_HEADER,
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
  description:
    'Chosen by you: the same request sent again with it within a day is done once, and answered the same',
};

const DESCRIPTION = [
  'Everything that the page does. Programs send a key: `Authorization: Bearer sfk_…`. Times are ISO 8601 in UTC, money is in minor units with its currency, lists are paged:',
  'send `next` of a page as `cursor` to get the following one. Whatever is refused is answered by problem+json (RFC 9457)',
  'with a sentence that says what happened, what was kept, and what to do.',
].join(' ');

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const { components, of } = schemasOf(routes);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = openApiPath(route);
    paths[path] = { ...paths[path], [route.method]: operationOf(route, of(route)) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'SyncFlow', version, description: DESCRIPTION },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key: `sfk_…`' },
        session: { type: 'apiKey', in: 'cookie', name: 'syncflow', description: 'The page’s own session' },
      },
    },
  };
}

/** `/orders/{id}` */
export function openApiPath({ path }: Pick<Route, 'path'>): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function operationOf(route: Route, { query, body, answer }: RouteSchemas): Operation {
  return {
    operationId: `${route.method}${route.path.replace(/[/:-]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    tags: [route.path.split('/')[1] ?? ''],
    parameters: [
      ...paramsOf(route).map(pathParameter),
      ...queryParameters(query),
      ...(route.scope === 'client' ? [CLIENT_PARAMETER] : []),
      ...(isRepeatable(route) ? [IDEMPOTENCY_PARAMETER] : []),
    ],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [route.status]: {
        description: route.summary,
        ...(answer && { content: { [route.media]: { schema: answer } } }),
      },
      default: {
        description: 'A problem: what happened, what was kept, what to do',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    'x-scope': route.scope,
    'x-permission': route.may,
    security: SECURITY[route.scope],
  };
}

function pathParameter(name: string): Parameter {
  return { name, in: 'path', required: true, schema: { type: 'string', maxLength: 1_000 } };
}

function queryParameters(query: Schema | undefined): Parameter[] {
  const required = new Set(query?.required ?? []);
  return Object.entries(query?.properties ?? {}).flatMap(([name, property]): Parameter[] => {
    if (typeof property === 'boolean') return [];
    const { description, ...schema } = property;
    const said = typeof description === 'string' ? { description } : {};
    return [{ name, in: 'query', required: required.has(name), schema, ...said }];
  });
}
