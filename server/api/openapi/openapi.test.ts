import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { answerCheck } from '#test/server/answer-check.ts';
import { type ApiBench, openApiBench } from '#test/server/api-bench.ts';
import { signInAs } from '#test/server/sign-in-as.ts';
import { clientRoute } from '../route.ts';
import { part, view } from '../view.ts';
import { type OpenApiDocument, openApiPath } from './document.ts';

const NEED_A_QUERY = ['/stock/why', '/everywhere/executions'];
let database: TestDatabase;
let bench: ApiBench;
let document: OpenApiDocument;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openApiBench(database);
  document = (await (await fetch(`${bench.url}/openapi.json`)).json()) as OpenApiDocument;
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

describe('the OpenAPI document', () => {
  test('is served and valid by OpenAPI’s own schema', async () => {
    expect(document.openapi).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(document) as never);
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  test('has every route of the table, and nothing else', () => {
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const table = bench.routes.map((route) => `${route.method} ${openApiPath(route)}`);
    expect(table.length).toBeGreaterThan(20);
    expect(new Set(table).size).toBe(table.length);
    expect(documented.sort()).toEqual(table.sort());
  });

  test('says what each route takes: parameters of the path, of the query, and the body', () => {
    expect(document.paths['/orders/{id}']?.get?.parameters).toContainEqual(
      expect.objectContaining({ name: 'id', in: 'path', required: true }),
    );
    const limit = document.paths['/orders']?.get?.parameters.find(({ name }) => name === 'limit');
    expect(limit).toMatchObject({ in: 'query', required: false, schema: { maximum: 200, default: 50 } });
    const body = document.paths['/stock/adjustments']?.post?.requestBody?.content['application/json'];
    expect(body?.schema).toMatchObject({ required: ['key', 'sku', 'change'], additionalProperties: false });
  });

  test('is shown as a page that names every address, without a script', async () => {
    const response = await fetch(`${bench.url}/docs`);
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    for (const path of Object.keys(document.paths)) expect(html).toContain(`<code>${path}</code>`);
    expect(html).toContain('id="shape-OrderRow"');
    expect(html).not.toMatch(/<script|\son\w+=|style=/);
    expect((await fetch(`${bench.url}/docs.css`)).headers.get('content-type')).toContain('text/css');
  });
});

test('every list and every overview answers its owner as the document says, also where nothing is there yet', async () => {
  const routes = bench.routes.filter(({ method, path }) => method === 'get' && !path.includes(':'));
  expect(routes.length).toBeGreaterThan(25);
  const { cookie } = await signInAs(database, bench.auth, { role: 'owner', clients: null });
  const statuses = new Map<string, number>();
  for (const { path, media } of routes) {
    const response = await fetch(`${bench.url}${path}`, { headers: { cookie, 'x-client': bench.ours } });
    const text = await response.text();
    const body: unknown = media === 'application/json' || response.status >= 400 ? JSON.parse(text) : text;
    bench.check({ method: 'get', path, status: response.status, body });
    statuses.set(path, response.status);
  }
  const notFine = [...statuses].filter(([, status]) => status >= 300);
  // Those that must be asked for something in particular.
  expect(notFine).toEqual(NEED_A_QUERY.map((path) => [path, 400]));
});

describe('the check of answers', () => {
  const route = clientRoute({
    method: 'get',
    path: '/things/:id',
    summary: 'A thing',
    may: 'see',
    answer: part({ id: z.string(), count: z.int() }),
    run: async () => ({ id: 'a', count: 1 }),
  });
  const check = answerCheck([route]);
  const answered = { method: 'GET', path: '/things/1', status: 200 };

  test('lets pass what the document allows, and nothing else', () => {
    const problem = { type: 'about:blank', title: 'No', status: 404, detail: 'No such thing.' };
    check({ ...answered, body: { id: 'a', count: 1 } });
    check({ ...answered, status: 404, body: problem });
    expect(() => check({ ...answered, body: { id: 'a', count: 1.5 } })).toThrow('must be integer');
    expect(() => check({ ...answered, body: { id: 'a', count: 1, secret: 's' } })).toThrow('additional');
    expect(() => check({ ...answered, status: 404, body: { id: 'a' } })).toThrow('required');
    expect(() => check({ ...answered, status: 201, body: {} })).toThrow('does not declare');
    expect(() => check({ ...answered, path: '/other', body: {} })).toThrow('no route table');
  });

  test('a name is given to one shape only', () => {
    expect(() => view('Problem', {})).toThrow('two shapes');
  });
});
