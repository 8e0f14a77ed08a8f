/** Cancels an order on the channel that it came from: the shop refunds, restocks and tells its customer by its own rules. */
import { z } from 'zod';
import { Rejected } from '../errors.ts';
import { inDoubtUnlessRefused } from './in-doubt.ts';
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
    const { cancelOrder: cancel } = far.client;
    await inDoubtUnlessRefused(() => cancel.call(far.client, payload, key));
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
    code: 'far-side.unable',
    fix: 'Cancel the order in the shop itself, then mark this as done.',
  });
}
