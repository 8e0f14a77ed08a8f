/**
 * Every request that our clients make, held to the vendor's own published schema. Excerpts of those whose licence allows it
 * lie in `published/`; the others are read from ../shared/specs, and their tests skip with a message where it is absent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openSheetsSandbox } from '#nodes/google-sheets/sandbox/sandbox.ts';
import { secretOf } from '#nodes/google-sheets/secret.ts';
import { writeRows } from '#nodes/google-sheets/write-rows.ts';
import type { SandboxRequest } from '#nodes/kit/service-sandbox.ts';
import { ConnectionId } from '#runtime/ids.ts';
import { openServiceBench, type ServiceBench } from './service-bench.ts';

const SHEETS = '../shared/specs/google/sheets.v4.discovery.json';
const MAILGUN = '../shared/specs/mailgun/mailgun-openapi-2026-07.yaml';

/** @returns a check that gives the problems of a value. */
function checkOf(schema: object, definitions: object = {}): (value: unknown) => unknown[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { 'phone-number': /^\+\d+$/ } });
  addFormats.default(ajv);
  const validate: ValidateFunction = ajv.compile({ ...schema, ...definitions });
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`published/${file}`, import.meta.url), 'utf8')) as {
    readonly operations: Readonly<Record<string, object>>;
    readonly components: object;
  };

let bench: ServiceBench | undefined;
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

const sent = (requests: readonly SandboxRequest[], method: string) =>
  requests.filter((request) => request.method === method).at(-1) as SandboxRequest;

test('Twilio: messages and the look for them (OpenAPI of 2026-04, Apache-2.0)', async () => {
  const { operations } = read('twilio-messages.json');
  const { create = {}, list = {} } = operations;
  const open = await openServiceBench('twilio');
  bench = open;
  const far = { ...open.far, hookUrl: 'http://127.0.0.1:8080/hooks/twilio/con-1' };
  await open.effect.write(open.call({ far }));
  const form = new URLSearchParams(sent(open.requests, 'POST').body.toString('utf8'));
  const body = { ...Object.fromEntries(form), ValidityPeriod: Number(form.get('ValidityPeriod')) };
  expect(checkOf({ ...create, additionalProperties: false })(body)).toEqual([]);
  expect(form.get('StatusCallback')).toMatch(/\?message=[0-9a-f-]{36}$/);
  await open.effect.probe?.(open.call());
  const query = Object.fromEntries(sent(open.requests, 'GET').query);
  expect(checkOf(list)({ ...query, PageSize: Number(query.PageSize) })).toEqual([]);
  expect(
    checkOf({ ...create, additionalProperties: false })({ Body: 'no recipient', Nonsense: 1 }),
  ).not.toEqual([]);
});

test('SendGrid: sending (OpenAPI of 2026-01, MIT)', async () => {
  const { operations, components } = read('sendgrid-mail.json');
  const check = checkOf(operations.send ?? {}, { components });
  const open = await openServiceBench('sendgrid');
  bench = open;
  await open.effect.write(open.call());
  const body = JSON.parse(sent(open.requests, 'POST').body.toString('utf8')) as Record<string, unknown>;
  expect(check(body)).toEqual([]);
  expect(check({ ...body, personalizations: [{}] })).not.toEqual([]);
  expect(check({ ...body, categories: Array(11).fill('x') })).not.toEqual([]);
});

/** Messages and events of Mailgun's document; its licence is not stated, so no part of it lies here. */
describe('Mailgun (OpenAPI of 2026-07)', () => {
  if (!existsSync(MAILGUN)) {
    const message = `Mailgun's schema is not there (${MAILGUN}), so its requests were not checked`;
    process.emitWarning(message);
    test.skip(message, () => {});
    return;
  }
  test('sending, and the look for what was accepted', async () => {
    const { parse } = await import('yaml');
    const document = parse(readFileSync(MAILGUN, 'utf8')) as {
      readonly paths: Readonly<
        Record<string, { readonly get: { readonly parameters: readonly { name: string }[] } }>
      >;
      readonly components: { readonly schemas: Readonly<Record<string, object>> };
    };
    const name = 'POST-v3-domain_name-messages-multipart-form-data-RequestBody';
    const check = checkOf({ $ref: `#/components/schemas/${name}` }, { components: document.components });
    const open = await openServiceBench('mailgun');
    bench = open;
    await open.effect.write(open.call());
    const { headers, body } = sent(open.requests, 'POST');
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': headers['content-type'] ?? '' },
    }).formData();
    // A field of a form may repeat: those that the document calls arrays are gathered.
    const { properties } = document.components.schemas[name] as {
      properties: Record<string, { type?: string }>;
    };
    const fields = Object.fromEntries(
      [...new Set(form.keys())].map((field) => {
        const values = form.getAll(field).map(String);
        return [field, properties[field]?.type === 'array' ? values : values[0]];
      }),
    );
    expect(check(fields)).toEqual([]);
    expect(fields.to).toEqual(['owner@example.com']);
    const { to: _to, ...nobody } = fields;
    expect(check(nobody)).not.toEqual([]);
    await open.effect.probe?.(open.call());
    const known = document.paths['/v3/{domain_name}/events']?.get.parameters.map((one) => one.name);
    expect(known).toEqual(expect.arrayContaining([...sent(open.requests, 'GET').query.keys()]));
  });
});

/** Google's discovery document; its licence is not stated, so no part of it lies here. */
describe('Google Sheets (discovery document, revision 20250616)', () => {
  if (!existsSync(SHEETS)) {
    const message = `Google's schema is not there (${SHEETS}), so its requests were not checked`;
    process.emitWarning(message);
    test.skip(message, () => {});
    return;
  }

  test('finding columns, reading rows, making a sheet and writing rows', async () => {
    const document = JSON.parse(readFileSync(SHEETS, 'utf8')) as { readonly schemas: object };
    const $defs = strictly(document.schemas) as object;
    // Compiled once each: together they are most of the document.
    const checkNamed = (name: string) => checkOf({ $ref: `#/$defs/${name}` }, { $defs });
    const sandbox = await openSheetsSandbox();
    const far = {
      connectionId: ConnectionId.parse('sheet'),
      type: 'google-sheets',
      baseUrl: sandbox.address,
      secret: secretOf(sandbox.input),
    };
    const asking = { far: { ...far, client: null } };
    const row = { table: 'stock', tab: 'Stock', key: 'MUG', cells: { title: 'Mug', available: 3 } } as const;
    await writeRows(asking, 'stock', 'Stock', [{ ...row, revision: 1 }]);
    await writeRows(asking, 'stock', 'Stock', [{ ...row, revision: 2 }]);
    const own = sandbox.sheet('Sheet1');
    own.insertRow(0, ['SKU']);
    own.columnCount = 2;
    await writeRows(asking, 'stock', 'Sheet1', [{ ...row, tab: 'Sheet1', revision: 1 }]);
    await sandbox.close();
    const names = {
      ':batchUpdate': 'BatchUpdateSpreadsheetRequest',
      '/developerMetadata:search': 'SearchDeveloperMetadataRequest',
      '/values:batchGetByDataFilter': 'BatchGetValuesByDataFilterRequest',
    };
    const kinds = new Set<string>();
    for (const [end, name] of Object.entries(names)) {
      const check = checkNamed(name);
      const asked = sandbox.requests.filter(({ path }) => path.endsWith(end));
      expect(asked.length).toBeGreaterThan(1);
      expect(check({ nonsense: {} })).not.toEqual([]);
      for (const { body } of asked) {
        const request = JSON.parse(body.toString('utf8')) as { requests?: object[] };
        expect(check(request)).toEqual([]);
        for (const one of request.requests ?? []) kinds.add(Object.keys(one)[0] ?? '');
      }
    }
    expect([...kinds].sort()).toEqual([
      'addSheet',
      'appendCells',
      'appendDimension',
      'createDeveloperMetadata',
      'updateCells',
      'updateDimensionProperties',
    ]);
  });
});

/** Google's dialect as JSON Schema: references by name, and no property that is not listed. */
function strictly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictly);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $ref: ref, format: _format, id: _id, ...others } = schema as Record<string, unknown>;
  if (typeof ref === 'string') return { $ref: `#/$defs/${ref}` };
  // Their word for no restriction.
  if (others.type === 'any') return {};
  const inner = Object.fromEntries(Object.entries(others).map(([name, value]) => [name, strictly(value)]));
  const isClosed = inner.type === 'object' && 'properties' in inner && !('additionalProperties' in inner);
  return isClosed ? { ...inner, additionalProperties: false } : inner;
}
