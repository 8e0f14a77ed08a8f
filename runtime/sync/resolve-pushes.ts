/**
 * Finishes pushes of which it is not known whether the channel got them: a process died before it could note the answer,
 * or the answer was lost. Before that is settled nothing else may be pushed: a count of our own that we do not know of would
 * be taken for units that the channel sold.
 */
import { ClientCollection } from '../database/client-collection.ts';
import type { ListingDocument } from './listing-document.ts';
import { type PushTarget, recordShown, sendPush } from './push-batch.ts';
import type { PushDocument } from './push-document.ts';

/**
 * A channel that knows idempotency keys is asked the very same again and answers as it did. Else it is read: what shows
 * the count that we sent has got it; anything else is watched for the settle time.
 * @throws what the client throws: nothing is known then, and it must be asked again.
 */
export async function resolveOpenPushes(target: PushTarget): Promise<void> {
  const pushes = new ClientCollection<PushDocument>(target.db, 'pushes', target.clientId);
  const open = await pushes
    .find({ connectionId: target.connectionId, state: 'sent' })
    .sort({ sentAt: 1 })
    .toArray();
  for (const push of open) {
    if (target.channel.comparesAndSets) await sendPush(target, push._id, push.items);
    else await readBack(target, push);
  }
}

async function readBack(target: PushTarget, { _id, items }: PushDocument): Promise<void> {
  const { db, clientId } = target;
  const shown = await target.client.readQuantities(items);
  const arrived = items.filter(({ externalId, to }) => shown.get(externalId) === to);
  await recordShown(target, arrived);
  const now = new Date();
  const open = items.filter((item) => !arrived.includes(item)).map(({ listingId }) => listingId);
  if (open.length > 0)
    await new ClientCollection<ListingDocument>(db, 'listings', clientId).updateMany(
      { _id: { $in: open } },
      { $set: { dirty: true, notBefore: null, checkAt: now } },
    );
  await new ClientCollection<PushDocument>(db, 'pushes', clientId).updateOne(
    { _id },
    { $set: { state: 'done', doneAt: now } },
  );
}
