/** How far an order is on its way, by which snapshots with one and the same stamp are told apart. */
import type { Order, OrderStatus } from './order.ts';

/**
 * Channels stamp whole seconds, and their events overtake each other: of two snapshots with one stamp the one that is
 * further on its way is the newer one.
 */
export const PROGRESS: Readonly<Record<OrderStatus, number>> = {
  pending: 0,
  open: 1,
  fulfilled: 2,
  refunded: 3,
  cancelled: 3,
};

/** Room for the eight steps, in a digit of its own: the number stays one that spreadsheets and JSON hold exactly. */
const STEPS = 10;

/**
 * Of two snapshots of an order the newer one has the higher number: by their stamps, then by how far they are, then by
 * whether they are paid.
 */
export function snapshotNumber({
  updatedAt,
  status,
  paid,
}: Pick<Order, 'updatedAt' | 'status' | 'paid'>): number {
  return updatedAt.getTime() * STEPS + PROGRESS[status] * 2 + (paid ? 1 : 0);
}
