/** Every operation that the client sends, for the contract test. */
import * as listing from './listing-operations.ts';
import type { Operation } from './operation.ts';
import * as action from './order-action-operations.ts';
import * as order from './order-operations.ts';
import * as quantity from './quantity-operations.ts';
import * as shipping from './shipping-operations.ts';
import * as shop from './shop-operations.ts';
import * as subscription from './subscription-operations.ts';

const modules = [listing, order, action, quantity, shipping, shop, subscription];

export const operations: readonly Operation<unknown>[] = modules.flatMap((module) =>
  Object.values(module).filter(isOperation),
);

function isOperation(value: unknown): value is Operation<unknown> {
  return typeof value === 'object' && value !== null && 'document' in value && 'answer' in value;
}
