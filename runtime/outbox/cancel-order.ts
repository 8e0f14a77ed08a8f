/** Cancels an order, or units of it, on the channel that it came from: the shop refunds, restocks and tells its customer by its own rules. */
import { z } from 'zod';
import { Rejected } from '../errors.ts';
import { type OrderAction, OrderUnits, type UnitsCancellation } from '../sync/order-action.ts';
import { inDoubtUnlessRefused } from './in-doubt.ts';
import { defineOutsideEffect, type OutsideCall } from './outside-effect.ts';

const Payload = z.object({
  /** The channel's own id of the order. */
  externalId: z.string().min(1).max(100),
  /** `inventory`: there was too little of it. `other`: somebody's decision. */
  reason: z.enum(['inventory', 'other']).default('other'),
  /** null: the whole order. */
  lines: OrderUnits.min(1).nullable().default(null),
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
  write: async (call) => {
    const { payload, far, key } = call;
    if (payload.lines) {
      const { action, request, mark } = ofUnits(call, payload.lines);
      return await inDoubtUnlessRefused(() => action.perform(request, mark));
    }
    if (!far.client?.cancelOrder) throw cannot(far.type);
    const { cancelOrder: cancel } = far.client;
    await inDoubtUnlessRefused(() => cancel.call(far.client, payload, key));
    return { receipt: null };
  },
  probe: async (call) => {
    const { payload, far } = call;
    if (payload.lines) {
      const { action, request, mark } = ofUnits(call, payload.lines);
      return told(await action.wasDone(request, mark));
    }
    return far.client?.isCancelled ? told(await far.client.isCancelled(payload.externalId)) : 'unknown';
  },
});

interface UnitsCall {
  readonly action: OrderAction<UnitsCancellation>;
  readonly request: UnitsCancellation;
  readonly mark: { readonly key: string; readonly since: Date };
}

/** @throws {Rejected} where the channel cancels orders as a whole only. */
function ofUnits(
  { payload, far, key, queuedAt }: OutsideCall<Payload>,
  lines: UnitsCancellation['lines'],
): UnitsCall {
  const action = far.client?.orderActions?.cancelUnits;
  if (!action) throw wholeOnly(far.type, payload.externalId);
  return { action, request: { ...payload, lines }, mark: { key, since: queuedAt } };
}

function told(done: boolean | null): 'done' | 'not-done' | 'unknown' {
  if (done === null) return 'unknown';
  return done ? 'done' : 'not-done';
}

function cannot(channel: string): Rejected {
  return new Rejected(`SyncFlow can't cancel orders on ${channel} yet.`, {
    code: 'far-side.unable',
    concerns: 'call',
    fix: 'Cancel the order in the shop itself, then mark this as done.',
  });
}

function wholeOnly(channel: string, externalId: string): Rejected {
  return new Rejected(
    `A shop of ${channel} cancels orders as a whole only, so units of order ${externalId} can't be cancelled by themselves. Nothing was done.`,
    {
      code: 'far-side.unable',
      concerns: 'call',
      fix: 'Refund these units instead ("Refund order" in the flow), or cancel the whole order in the shop; then drop this.',
    },
  );
}
