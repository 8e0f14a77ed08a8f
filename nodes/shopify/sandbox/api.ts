/** Serves `POST /admin/api/<version>/graphql.json`: token, version, cost, then real GraphQL. */
import type { RequestHandler, Response } from 'express';
import { executeSync, GraphQLError } from 'graphql';
import { z } from 'zod';
import { deniedIn } from './access.ts';
import { type Bucket, type BucketSize, openBucket, QUERY_COST_MAX } from './bucket.ts';
import { actualCost, requestedCost } from './cost.ts';
import { type Document, documentCache } from './document-cache.ts';
import { sendFailure } from './failure-page.ts';
import type { Faults } from './faults.ts';
import { schema } from './schema.ts';

export interface ApiOptions {
  /** The scopes of a token; null: it is not let in. */
  readonly scopesOf: (token: string) => readonly string[] | null;
  /** The one API version that the shop serves. */
  readonly version: () => string;
  readonly points: BucketSize;
  readonly faults: Faults;
  readonly rootValue: object;
}

const Call = z.object({
  query: z.string().max(100_000),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export function graphqlApi(options: ApiOptions): RequestHandler {
  const bucket = openBucket(options.points);
  const documents = documentCache(schema);
  return (request, response) => {
    const failure = options.faults.nextFailure();
    if (failure !== null) return sendFailure(response, failure);
    const scopes = options.scopesOf(request.get('X-Shopify-Access-Token') ?? '');
    if (!scopes || options.faults.keysRevoked()) return sendFailure(response, { status: 401 });
    // A retired version is not refused: the oldest one alive answers instead.
    const asked = String(request.params.version);
    const version = options.version();
    if (!/^20\d\d-(01|04|07|10)$/.test(asked) || asked > version)
      return sendFailure(response, { status: 404 });
    response.set('X-Shopify-API-Version', version);

    const call = Call.safeParse(request.body);
    if (!call.success)
      return void response.status(400).json({ errors: { query: 'Required parameter missing' } });
    const document = documents(call.data.query, call.data.operationName ?? null);
    if (document instanceof GraphQLError) return void response.json({ errors: [document] });
    const denied = deniedIn(schema, document.document, scopes);
    if (denied) return void response.json({ data: null, errors: [denied] });
    run(document, call.data.variables ?? {}, { ...options, scopes }, bucket, response);
  };
}

function run(
  { document, operation }: Document,
  variableValues: Readonly<Record<string, unknown>>,
  { rootValue, points, faults, scopes }: ApiOptions & { readonly scopes: readonly string[] },
  bucket: Bucket,
  response: Response,
): void {
  const requested = requestedCost(schema, operation, variableValues);
  const cost = (actual: number | null) => ({
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: actual,
      throttleStatus: {
        maximumAvailable: points.max,
        currentlyAvailable: bucket.left(),
        restoreRate: points.perSecond,
      },
    },
  });
  if (requested > QUERY_COST_MAX) {
    const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${QUERY_COST_MAX}).`;
    const extensions = { code: 'MAX_COST_EXCEEDED', cost: requested, maxCost: QUERY_COST_MAX };
    return void response.json({ errors: [{ message, extensions }] });
  }
  if (!bucket.take(requested)) {
    const extensions = { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' };
    return void response.json({ errors: [{ message: 'Throttled', extensions }], extensions: cost(null) });
  }
  const result = executeSync({
    schema,
    document,
    rootValue,
    contextValue: { scopes },
    variableValues,
    operationName: operation.name?.value,
  });
  const actual = Math.min(actualCost(operation, result.data), requested);
  bucket.giveBack(requested - actual);
  if (operation.operation === 'mutation' && faults.losesAnswer()) return void response.socket?.destroy();
  response.json({ ...result, extensions: cost(actual) });
}
