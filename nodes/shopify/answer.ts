/**
 * What an answer of the Admin API means. Facts: Shopify throttles with status 200 and an error THROTTLED; a
 * retired API version is not refused but served by the oldest one alive ("fall forward"), seen only in the
 * header X-Shopify-API-Version; HTTP statuses as on shopify.dev, api/usage/response-codes.
 */
import type { ClientResponse } from '@shopify/admin-api-client';
import { z } from 'zod';
import { Rejected, Retryable } from '#runtime/errors.ts';
import { API_VERSION } from './operations/operation.ts';
import { statusTrouble } from './status-trouble.ts';

export type Answer = ClientResponse<unknown>;

/** Which call it was, for the sentences. */
export interface CallContext {
  readonly operation: string;
  /** It is a mutation: what came back without an error was done. */
  readonly writes: boolean;
  readonly shop: string;
  readonly visible: (text: string) => string;
}

const Cost = z.object({
  requestedQueryCost: z.number().nullish(),
  throttleStatus: z.object({
    maximumAvailable: z.number(),
    currentlyAvailable: z.number(),
    restoreRate: z.number().positive(),
  }),
});

export interface CallCost {
  readonly requested: number;
  readonly left: number;
  readonly max: number;
  readonly perSecond: number;
}

/** The points that the call asked for and what is left of the shop's budget; null when the answer tells none. */
export function costOf(answer: Answer): CallCost | null {
  const read = Cost.safeParse(answer.extensions?.cost);
  if (!read.success) return null;
  const { throttleStatus, requestedQueryCost } = read.data;
  return {
    requested: requestedQueryCost ?? 0,
    left: throttleStatus.currentlyAvailable,
    max: throttleStatus.maximumAvailable,
    perSecond: throttleStatus.restoreRate,
  };
}

/**
 * The answer's data.
 * @throws {Retryable | Rejected} for everything that is not an answer to the question; a plain Error for a
 * query that Shopify calls wrong, which is a bug of ours.
 */
export function dataOf(answer: Answer, status: number, context: CallContext): unknown {
  const { errors } = answer;
  const headers = errors?.response?.headers ?? answer.headers;
  if (status === 0) {
    throw new Retryable(
      `${context.shop} could not be reached (${context.visible(errors?.message ?? 'no answer')}).`,
      { code: 'far-side.unreachable' },
    );
  }
  if (status !== 200) throw statusTrouble(status, headers?.get('retry-after') ?? null, context);
  // What was written is written: the next reading finds out about the version.
  if (!context.writes) checkVersion(headers?.get('x-shopify-api-version') ?? null);
  if (!errors) return answer.data;
  if (errors.graphQLErrors) throw graphQLTrouble(errors.graphQLErrors, costOf(answer), context);
  throw new Retryable(
    `${context.shop} sent something that is not Shopify's answer (${context.visible(errors.message ?? '')}).`,
    { code: 'far-side.garbled' },
  );
}

function checkVersion(served: string | null): void {
  if (served === null || served === API_VERSION) return;
  throw new Rejected(
    `Shopify has retired its API version ${API_VERSION} and answered with ${served.slice(0, 20)}, which this SyncFlow does not speak.`,
    { fix: 'Update SyncFlow to its newest version, then retry.', code: 'far-side.outdated' },
  );
}

const GraphQLErrors = z
  .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
  .min(1);

const PASSING_CODES = new Set(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT']);

function graphQLTrouble(raw: unknown, cost: CallCost | null, context: CallContext): Error {
  const read = GraphQLErrors.safeParse(raw);
  if (!read.success)
    return new Retryable(`${context.shop} sent an error that can't be read.`, { code: 'far-side.garbled' });
  const codes = new Set(read.data.map((error) => error.extensions?.code));
  const text = context.visible(read.data.map((error) => error.message).join('; '));
  if (codes.has('THROTTLED')) {
    return new Retryable(`Shopify asks us to slow down (${context.operation}).`, {
      code: 'far-side.limited',
      afterMs: waitMs(cost),
    });
  }
  if (codes.has('ACCESS_DENIED')) {
    return new Rejected(`Shopify does not allow ${context.operation} in ${context.shop}: ${text}`, {
      code: 'far-side.rights',
      fix: 'Give the app the permission that is named here in Shopify, then connect the shop again.',
      action: 'connect-again',
    });
  }
  if (codes.has('SHOP_INACTIVE')) {
    return new Rejected(`${context.shop} is not active at Shopify.`, {
      code: 'far-side.closed',
      fix: 'Open the shop again in Shopify, or pause this connection.',
      action: 'look-again',
    });
  }
  if ([...codes].some((code) => code && PASSING_CODES.has(code))) {
    return new Retryable(`Shopify had trouble of its own with ${context.operation}: ${text}`, {
      code: 'far-side.unavailable',
    });
  }
  return new Error(`Shopify calls ${context.operation} wrong: ${text}`);
}

const THROTTLE_WAIT_MS_MIN = 500;
const THROTTLE_WAIT_MS_MAX = 60_000;

/** Until the bucket holds what the call asked for. */
function waitMs(cost: CallCost | null): number {
  const missing = cost ? Math.max(cost.requested - cost.left, 0) / cost.perSecond : 1;
  return Math.min(Math.max(Math.ceil(missing * 1000), THROTTLE_WAIT_MS_MIN), THROTTLE_WAIT_MS_MAX);
}
