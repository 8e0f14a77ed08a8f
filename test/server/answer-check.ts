/** Holds answers of the API to its own OpenAPI document, as a program of somebody else would read it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type OpenApiDocument, openApiDocument, openApiPath } from '#server/api/openapi/document.ts';
import type { Route } from '#server/api/route.ts';

export interface Answered {
  readonly method: string;
  /** Below `/api/v1`, without a query. */
  readonly path: string;
  readonly status: number;
  /** null: nothing was sent. */
  readonly body: unknown;
}

const ID = 'syncflow:openapi';
const ERROR_STATUS = 400;

/** @returns a check that throws when an answer is none that the document allows. */
export function answerCheck(routes: readonly Route[]): (answered: Answered) => void {
  const document = openApiDocument(routes, '0');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, ID);
  const patterns = routes.map((route) => ({
    route,
    // Fixed words win over parameters, as in Express, where they are declared first.
    pattern: new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`),
  }));
  return ({ method, path, status, body }) => {
    const found = patterns.find(
      ({ route, pattern }) => route.method === method.toLowerCase() && pattern.test(path),
    );
    if (!found) {
      if (status === 404) return;
      throw new Error(`${method} ${path} answered ${status} and stands in no route table`);
    }
    const where = pointerTo(document, found.route, status);
    if (where === null) {
      if (body !== null) throw new Error(`${method} ${path} answered something where nothing is declared`);
      return;
    }
    const validate = ajv.getSchema(`${ID}#${where}`);
    if (!validate) throw new Error(`no schema at ${where}`);
    if (!validate(body)) {
      throw new Error(`${method} ${path} answered ${status}: ${ajv.errorsText(validate.errors)}`);
    }
  };
}

/** Where the document says what this status of a route looks like; null: it has no body. */
function pointerTo({ paths }: OpenApiDocument, route: Route, status: number): string | null {
  const path = openApiPath(route);
  const declared = status >= ERROR_STATUS ? 'default' : String(status);
  const answer = paths[path]?.[route.method]?.responses[declared];
  if (!answer) throw new Error(`${route.method} ${route.path} answered ${status}, which it does not declare`);
  const [media] = Object.keys(answer.content ?? {});
  if (media === undefined) return null;
  return ['', 'paths', path, route.method, 'responses', declared, 'content', media, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
}
