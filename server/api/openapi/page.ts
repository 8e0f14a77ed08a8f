/** The OpenAPI document as a page to read: plain HTML without a script, so that any policy allows it. */
import type { OpenApiDocument, Operation, Parameter } from './document.ts';
import type { Schema } from './schemas.ts';

export function documentPage({ info, servers, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? '');
  const nav = [...groups.keys()].map((tag) => `<li><a href="#${escaped(tag)}">${escaped(tag)}</a></li>`);
  const sections = [...groups].map(
    ([tag, members]) =>
      `<section><h2 id="${escaped(tag)}">${escaped(tag)}</h2>${members.map(({ path, method, operation }) => operationPart(method, path, operation)).join('')}</section>`,
  );
  const shapes = Object.entries(components.schemas).map(
    ([name, schema]) => `<h3 id="shape-${escaped(name)}">${escaped(name)}</h3>${fieldsTable(schema)}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)} API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="docs.css"></head><body>
<header><h1>${escaped(info.title)} API <small>${escaped(info.version)}</small></h1><p>${escaped(info.description)}</p>
<p>All addresses stand below <code>${escaped(servers[0]?.url ?? '')}</code>. <a href="openapi.json">The document for programs</a> (OpenAPI 3.1).</p>
<nav aria-label="Contents"><ul>${nav.join('')}<li><a href="#shapes">shapes</a></li></ul></nav></header>
<main>${sections.join('\n')}<section><h2 id="shapes">shapes</h2>${shapes.join('\n')}</section></main></body></html>`;
}

function operationPart(method: string, path: string, operation: Operation): string {
  const body = operation.requestBody?.content['application/json']?.schema;
  const answers = Object.entries(operation.responses).filter(([status]) => status !== 'default');
  return `<details id="${escaped(operation.operationId)}"><summary><b class="${escaped(method)}">${escaped(method.toUpperCase())}</b> <code>${escaped(path)}</code> <span>${escaped(operation.summary)}</span></summary>
<p>${needs(operation)}</p>
${operation.parameters.length > 0 ? parametersTable(operation.parameters) : ''}
${body ? `<h4>Send</h4>${shape(body)}` : ''}
${answers.map(([status, { content }]) => `<h4>Answer ${escaped(status)}</h4>${shape(content?.['application/json']?.schema ?? {})}`).join('')}</details>`;
}

function needs(operation: Operation): string {
  const permission = operation['x-permission'];
  if (permission !== null) return `Needs the permission <b>${escaped(permission)}</b>.`;
  return operation['x-scope'] === 'open' ? 'Open to everybody.' : 'For who is signed in; not for keys.';
}

function parametersTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(
    ({ name, in: place, required, schema, description }) =>
      `<tr><td><code>${escaped(name)}</code>${required ? '' : ' <i>optional</i>'}</td><td>${typeText(schema)}</td><td>${escaped(place)}</td><td>${escaped(description ?? '')}</td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th>parameter</th><th>type</th><th>in</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function shape(schema: Schema): string {
  if (schema.properties && Object.keys(schema.properties).length > 0) return fieldsTable(schema);
  return `<p>${isEmpty(schema) ? 'Nothing.' : typeText(schema)}</p>`;
}

function fieldsTable(schema: Schema): string {
  const rows = rowsOf(schema, '');
  return rows.length === 0
    ? `<p>${typeText(schema)}</p>`
    : `<div class="wide"><table><thead><tr><th>field</th><th>type</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** A row for each field; those of parts below stand right after it, with their whole path. */
function rowsOf(schema: Schema, prefix: string): string[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (typeof property === 'boolean') return [];
    const path = `${prefix}${name}`;
    const optional = required.has(name) ? '' : ' <i>optional</i>';
    const row = `<tr><td><code>${escaped(path)}</code>${optional}</td><td>${typeText(property)}</td><td>${escaped(property.description ?? '')}</td></tr>`;
    const inner = partOf(property);
    return [row, ...(inner ? rowsOf(inner.schema, `${path}${inner.suffix}`) : [])];
  });
}

/** The object within a field: itself, the items of a list, or what may be null. */
function partOf(schema: Schema): { readonly schema: Schema; readonly suffix: string } | null {
  if (schema.properties) return { schema, suffix: '.' };
  const { items } = schema;
  if (isSchema(items) && items.properties) return { schema: items, suffix: '[].' };
  const some = schema.anyOf?.find((one) => isSchema(one) && one.properties);
  return isSchema(some) ? { schema: some, suffix: '.' } : null;
}

function typeText(schema: Schema): string {
  if (schema.$ref) {
    const name = escaped(schema.$ref.split('/').at(-1) ?? '');
    return `<a href="#shape-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return `<code>${escaped(JSON.stringify(schema.const))}</code>`;
  if (schema.enum) return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(' ');
  const some = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (some) return some.map((one) => (isSchema(one) ? typeText(one) : '')).join(' or ');
  if (isSchema(schema.items)) return `list of ${typeText(schema.items)}`;
  if (isSchema(schema.additionalProperties)) return `by name: ${typeText(schema.additionalProperties)}`;
  const type = [schema.type ?? 'anything'].flat().join(' or ');
  const limits = [
    schema.format && `(${schema.format})`,
    schema.maxLength !== undefined && `up to ${schema.maxLength} characters`,
    schema.default !== undefined && `otherwise ${JSON.stringify(schema.default)}`,
  ].filter((limit) => typeof limit === 'string');
  return escaped([type, ...limits].join(', ').replace(', (', ' ('));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(schema: Schema): boolean {
  return schema.$ref === undefined && schema.type === undefined && schema.anyOf === undefined;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
