/** When the shop took the units of an order from its count, as far as its body tells. */

/** Ways to pay of WooCommerce's own whose orders enter `on-hold` at the checkout, and take their units then. */
const ON_HOLD_AT_CHECKOUT = new Set(['bacs', 'cheque']);
const CHECKOUTS = new Set(['checkout', 'store-api']);

export interface TakingOrder {
  readonly placedAt: Date;
  /** null: the money has not come in. */
  readonly paidAt: Date | null;
  /** Id of the gateway. */
  readonly method: string | null;
  readonly createdVia: string | null;
}

/**
 * Units leave the count when an order enters processing, completed or on-hold, and the body tells no time of that. It is
 * never later than the payment, and nobody sees afterwards whether an order that is paid waited as on-hold before, which
 * took its units at once, or as pending, which took none. Only a checkout by bank transfer or cheque is known to be the first.
 * @returns undefined: when it was placed.
 */
export function takenAt({ placedAt, paidAt, method, createdVia }: TakingOrder): Date | undefined {
  if (paidAt === null || paidAt <= placedAt) return undefined;
  const waitedOnHold = ON_HOLD_AT_CHECKOUT.has(method ?? '') && CHECKOUTS.has(createdVia ?? '');
  return waitedOnHold ? undefined : paidAt;
}
