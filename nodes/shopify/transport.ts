/**
 * One GraphQL call to the Admin API, through Shopify's own client (@shopify/admin-api-client). That client
 * and not the one of @shopify/shopify-api around it, since it takes a fetch of its own for each account: so
 * the same code serves a real shop and a sandbox, whose address differs. Its retries are off: measured, it
 * takes the seconds of Retry-After for milliseconds, and never retries a throttled call.
 */
import { createAdminApiClient } from '@shopify/admin-api-client';
import { z } from 'zod';
import { Retryable } from '#runtime/errors.ts';
import type { ChannelAccount, ChannelCall } from '#runtime/sync/channel.ts';
import { checkAddress } from './address.ts';
import { type Answer, costOf, dataOf } from './answer.ts';
import { API_VERSION, type Operation } from './operations/operation.ts';
import { hiddenParts, type ShopifySecret } from './secret.ts';
import { visibleText } from './visible-text.ts';

/**
 * Makes the call and checks the answer's shape.
 * @throws {Retryable} network, timeout, limits, 5xx, an HTML page or JSON of another shape.
 * @throws {Rejected} token, permissions, a closed or frozen shop, a retired API version.
 */
export type Transport = <Shape>(
  operation: Operation<Shape>,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Shape>;

const TIMEOUT_MS = 30_000;
const UNAUTHORIZED = 401;

export function openTransport(
  account: ChannelAccount<ShopifySecret>,
  observe: (call: ChannelCall) => void = () => {},
  timeoutMs = TIMEOUT_MS,
): Transport {
  const { shop } = account.secret;
  const open = (accessToken: string) =>
    createAdminApiClient({
      storeDomain: shop,
      apiVersion: API_VERSION,
      accessToken,
      userAgentPrefix: 'SyncFlow',
      // A followed redirect would carry the token to whatever host it names.
      customFetchApi: (url, init) => {
        const address = new URL(new URL(url).pathname, account.baseUrl);
        return fetch(address, { ...init, redirect: 'manual' }).catch(namedTrouble);
      },
      // Without a logger the library writes to the console.
      logger: () => {},
    });
  // A client of that library keeps one token for ever.
  let newest = { accessToken: account.secret.accessToken, client: open(account.secret.accessToken) };

  const call = async (
    { name, document }: Operation<unknown>,
    variables: Readonly<Record<string, unknown>>,
    { accessToken }: ShopifySecret,
  ): Promise<Called> => {
    if (newest.accessToken !== accessToken) newest = { accessToken, client: open(accessToken) };
    const started = performance.now();
    const answer: Answer = await newest.client.request(document, {
      variables: { ...variables },
      signal: AbortSignal.timeout(timeoutMs),
    });
    dropUnread(answer);
    const status = answer.errors ? (answer.errors.networkStatusCode ?? 0) : 200;
    const cost = costOf(answer);
    observe({
      name,
      ms: performance.now() - started,
      status,
      ...(cost && {
        budget: { left: cost.left, max: cost.max, perSecond: cost.perSecond, cost: cost.requested },
      }),
    });
    return { answer, status };
  };

  return async (operation, variables = {}) => {
    checkAddress(account.baseUrl);
    let secret = (await account.fresh?.()) ?? account.secret;
    let called = await call(operation, variables, secret);
    if (called.status === UNAUTHORIZED && account.fresh) {
      // It ran out early, or another process has renewed it: one more try with the newest.
      secret = await account.fresh(secret);
      called = await call(operation, variables, secret);
    }
    const context = {
      operation: operation.name,
      writes: operation.document.startsWith('mutation'),
      shop,
      visible: visibleText(hiddenParts(secret)),
    };
    return parse(operation, dataOf(called.answer, called.status, context));
  };
}

interface Called {
  readonly answer: Answer;
  readonly status: number;
}

const NetworkTrouble = z.object({
  name: z.string(),
  cause: z.object({ code: z.string() }).optional().catch(undefined),
});

/** The library keeps a network error's message alone, and fetch's is "fetch failed": the cause's code says more. */
function namedTrouble(error: unknown): never {
  const { name, cause } = NetworkTrouble.parse(error);
  throw new Error(name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? name));
}

/** A body that nobody reads would keep its connection open. */
function dropUnread(answer: Answer): void {
  const response = answer.errors?.response;
  if (response && !response.bodyUsed) response.body?.cancel().catch(() => {});
}

function parse<Shape>(operation: Operation<Shape>, data: unknown): Shape {
  const checked = operation.answer.safeParse(data);
  if (checked.success) return checked.data;
  throw new Retryable(
    `Shopify's answer to ${operation.name} has not the shape that its schema promises. ${z.prettifyError(checked.error).slice(0, 300)}`,
    { code: 'far-side.garbled' },
  );
}
