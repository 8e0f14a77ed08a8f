/** A refund that WooCommerce could not make: the amount, or the payment method behind the order, does not allow it. */
import { Rejected } from '#runtime/errors.ts';

/** By the code that WooCommerce gives each of these failures, under status 500 (class-wc-rest-order-refunds-controller.php). */
export const CANNOT_PAY_BACK = 'woocommerce_rest_cannot_create_order_refund';

export class CannotPayBack extends Rejected {
  /** @param said the shop's own words, for people. */
  constructor(said: string) {
    super(`The shop could not make the refund. ${said}`.trim(), {
      code: 'far-side.unable',
      concerns: 'call',
      fix: 'Look at the order in WooCommerce whether money went back already; if not, refund it there or at the payment provider, then mark this as done.',
    });
  }
}
