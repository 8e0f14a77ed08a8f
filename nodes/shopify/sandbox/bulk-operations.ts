/**
 * Bulk queries: a query without pages, run aside, whose result is a file with a line for each object. The sandbox runs
 * those over `productVariants` alone, without connections inside of it.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { RequestHandler } from 'express';
import { type DocumentNode, executeSync, GraphQLError, Kind, parse, validate } from 'graphql';
import type { AppState } from './app-state.ts';
import type { Catalogue } from './catalogue.ts';
import { topLevel } from './idempotent.ts';
import { gid, idOf, seqOf } from './ids.ts';
import { type ItemNodes, productsAfter } from './item-nodes.ts';
import { schema } from './schema.ts';

export interface BulkOperations {
  run(args: { query: string; groupObjects?: boolean | null }): unknown;
  find(args: { id: string }): unknown;
  /** Serves the result files, whole or from a byte on (Range). */
  readonly download: RequestHandler;
}

export interface BulkParts {
  readonly database: DatabaseSync;
  readonly catalogue: Catalogue;
  readonly nodes: ItemNodes;
  readonly app: AppState;
  /** Where the shop is reached: known only once it listens. */
  readonly address: () => string;
  /** How long an operation takes at least. */
  readonly delayMs: number;
}

const CHUNK = 1000;
const RUNNING_MAX = 5;

export function openBulkOperations(parts: BulkParts): BulkOperations {
  const { database, app, address, delayMs } = parts;
  const insert = database.prepare(
    'INSERT INTO bulkOperations (query, createdAtMs, doneAtMs, objects, result) VALUES (?, ?, ?, ?, ?) RETURNING seq',
  );
  const select = database.prepare(
    'SELECT query, createdAtMs, doneAtMs, objects, length(result) AS bytes FROM bulkOperations WHERE seq = ?',
  );
  const running = database.prepare('SELECT count(*) AS count FROM bulkOperations WHERE doneAtMs > ?');
  const slice = database.prepare('SELECT substr(result, ?, ?) AS part FROM bulkOperations WHERE seq = ?');

  const node = (seq: number) => {
    const row = select.get(seq);
    if (!row) return null;
    const [createdAtMs, doneAtMs, objects] = [row.createdAtMs, row.doneAtMs, row.objects].map(Number) as [
      number,
      number,
      number,
    ];
    const share = Math.min(1, (Date.now() - createdAtMs) / Math.max(1, doneAtMs - createdAtMs));
    const done = share === 1;
    const count = String(Math.floor(objects * share));
    return {
      __typename: 'BulkOperation',
      id: gid('BulkOperation', idOf('BulkOperation', seq)),
      status: done ? 'COMPLETED' : 'RUNNING',
      errorCode: null,
      query: row.query,
      createdAt: new Date(createdAtMs).toISOString(),
      completedAt: done ? new Date(doneAtMs).toISOString() : null,
      objectCount: count,
      rootObjectCount: count,
      fileSize: done ? String(row.bytes) : null,
      // An empty result has no file.
      url: done && objects > 0 ? `${address()}/bulk-results/${seq}.jsonl` : null,
      partialDataUrl: null,
    };
  };

  return {
    run: ({ query }) => {
      if (!app.bulkQueries) throw topLevel('ACCESS_DENIED', 'Access denied for bulkOperationRunQuery field.');
      const refused = (code: string, message: string) => ({
        bulkOperation: null,
        userErrors: [{ code, field: ['query'], message }],
      });
      if (Number(running.get(Date.now())?.count) >= RUNNING_MAX)
        return refused(
          'LIMIT_REACHED',
          `You can have only ${RUNNING_MAX} bulk operations running at the same time`,
        );
      const lines = resultOf(query, parts);
      if (typeof lines === 'string') return refused('INVALID', lines);
      const now = Date.now();
      const doneAtMs = now + delayMs + lines.count / 100;
      const row = insert.get(query, now, Math.floor(doneAtMs), lines.count, lines.bytes);
      return { bulkOperation: node(Number(row?.seq)), userErrors: [] };
    },
    find: ({ id }) => node(seqOf('BulkOperation', id) ?? 0),
    download: (request, response) => {
      const seq = Number(/^(\d{1,9})\.jsonl$/.exec(String(request.params.file))?.[1] ?? 0);
      const bytes = Number(select.get(seq)?.bytes ?? 0);
      if (bytes === 0)
        return void response.status(404).type('xml').send('<Error><Code>NoSuchKey</Code></Error>');
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.get('Range') ?? '');
      const first = Number(range?.[1] ?? 0);
      const last = Math.min(Number(range?.[2] || bytes - 1), bytes - 1);
      if (first >= bytes) return void response.status(416).set('Content-Range', `bytes */${bytes}`).end();
      const part = Buffer.from(slice.get(first + 1, last - first + 1, seq)?.part as Uint8Array);
      if (range) response.status(206).set('Content-Range', `bytes ${first}-${last}/${bytes}`);
      response.type('application/jsonl').send(part);
    },
  };
}

interface Lines {
  readonly count: number;
  readonly bytes: Buffer;
}

/** The result's lines; a text: why the query can't be run in bulk. */
function resultOf(query: string, { catalogue, nodes }: BulkParts): Lines | string {
  const document = readDocument(query);
  if (typeof document === 'string') return document;
  const chunks: string[] = [];
  let count = 0;
  for (let after = 0; ; ) {
    const products = productsAfter(catalogue, after, CHUNK);
    const edges = products.map((product) => ({ node: nodes.variant(product) }));
    const { data, errors } = executeSync({ schema, document, rootValue: { productVariants: { edges } } });
    if (errors?.[0]) return errors[0].message;
    const variants = data?.productVariants as { edges: { node: unknown }[] };
    for (const edge of variants.edges) chunks.push(`${JSON.stringify(edge.node)}\n`);
    count += products.length;
    after = products.at(-1)?.seq ?? 0;
    if (products.length < CHUNK) return { count, bytes: Buffer.from(chunks.join('')) };
  }
}

function readDocument(query: string): DocumentNode | string {
  try {
    const document = parse(query, { maxTokens: 5000 });
    const [error] = validate(schema, document);
    if (error) return error.message;
    const [operation] = document.definitions;
    const fields = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
    const [field] = fields;
    if (fields.length !== 1 || field?.kind !== Kind.FIELD || field.name.value !== 'productVariants')
      return 'The sandbox runs bulk queries over productVariants alone';
    if (/Connection|edges\s*\{\s*node\s*\{[^}]*edges/.test(query))
      return 'The sandbox knows no connections inside';
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}
