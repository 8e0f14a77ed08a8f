/** Cancels an order on the channel that it came from: the shop refunds, restocks and tells its customer by its own rules. */
import { z } from 'zod';
import { InDoubt, Rejected, Retryable } from '../errors.ts';
import { defineOutsideEffect, type OutsideCall } from './outside-effect.ts';

const Payload = z.object({
  /** The channel's own id of the order. */
  externalId: z.string().min(1).max(100),
  /** `inventory`: there was too little of it. `other`: somebody's decision. */
  reason: z.enum(['inventory', 'other']).default('other'),
});
type Payload = z.infer<typeof Payload>;

/** A shop that was slow may still be about to do it: looked at after this time. */
const SETTLE_MS = 5_000;

export const cancelOrder = defineOutsideEffect<Payload>({
  type: 'cancel-order',
  title: 'Cancel an order',
  payload: Payload,
  // No channel promises that a second cancellation is harmless (refunds!), so a look at the order comes first.
  deduplicates: false,
  lane: 'orders',
  settleMs: SETTLE_MS,
  write: async ({ payload, far, key }) => {
    if (!far.client?.cancelOrder) throw cannot(far.type);
    try {
      await far.client.cancelOrder(payload, key);
    } catch (error) {
      // Clients throw the same for "no answer" and "refused for now"; only when asked to wait it was surely not done.
      if (error instanceof Retryable && error.afterMs === undefined)
        throw new InDoubt(error.message, { cause: error });
      throw error;
    }
    return { receipt: null };
  },
  probe: async ({ payload, far }: OutsideCall<Payload>) => {
    if (!far.client?.isCancelled) return 'unknown';
    const cancelled = await far.client.isCancelled(payload.externalId);
    if (cancelled === null) return 'unknown';
    return cancelled ? 'done' : 'not-done';
  },
});

function cannot(channel: string): Rejected {
  return new Rejected(`SyncFlow can't cancel orders on ${channel} yet.`, {
    fix: 'Cancel the order in the shop itself, then mark this as done.',
  });
}
