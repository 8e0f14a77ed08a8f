/** JSON Schemas (2020-12) of everything that goes in and out of the API, from the zod schemas of its routes. */
import { z } from 'zod';
import type { Route } from '../route.ts';
import { VIEWS } from '../view.ts';

/** A JSON Schema as the OpenAPI document holds it. */
export type Schema = z.core.JSONSchema.BaseSchema;

export interface RouteSchemas {
  readonly query: Schema | undefined;
  readonly body: Schema | undefined;
  readonly answer: Schema | undefined;
}

const refTo = (name: string) => `#/components/schemas/${name}`;

/** The named shapes, and what each route takes and gives, with references to them. */
export function schemasOf(routes: readonly Route[]): {
  readonly components: Readonly<Record<string, Schema>>;
  readonly of: (route: Route) => RouteSchemas;
} {
  const sent = z.registry<{ id: string }>();
  const answered = z.registry<{ id: string }>();
  for (const [id, view] of VIEWS) answered.add(view, { id });
  const answerNames = new Map<z.ZodType, string>([...VIEWS].map(([name, view]) => [view, name]));
  for (const [index, { query, body, answer }] of routes.entries()) {
    // Schemas that several routes share, such as the query of all lists, can be registered once only.
    if (query && !sent.has(query)) sent.add(query, { id: `query:${index}` });
    if (body && !sent.has(body)) sent.add(body, { id: `body:${index}` });
    if (!answer || answerNames.has(answer)) continue;
    answerNames.set(answer, `answer:${index}`);
    answered.add(answer, { id: `answer:${index}` });
  }
  const inputs = made(sent, 'input');
  const outputs = made(answered, 'output');
  const inputOf = (schema: z.ZodType | null) => schema && inputs[sent.get(schema)?.id ?? ''];
  const answerOf = (answer: z.ZodType | null): Schema | undefined => {
    const name = answer && answerNames.get(answer);
    if (!name) return undefined;
    return VIEWS.has(name) ? { $ref: refTo(name) } : outputs[name];
  };
  return {
    components: Object.fromEntries([...VIEWS.keys()].map((name) => [name, outputs[name] ?? {}])),
    of: ({ query, body, answer }) => ({
      query: inputOf(query) ?? undefined,
      body: inputOf(body) ?? undefined,
      answer: answerOf(answer),
    }),
  };
}

function made(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Record<string, Schema> {
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: refTo,
    // Zod calls what can't be changed in TypeScript "readOnly"; in OpenAPI that word means something else.
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}
