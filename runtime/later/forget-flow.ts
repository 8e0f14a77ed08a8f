import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, PipelineId } from '../ids.ts';

interface OfFlow {
  readonly _id: string;
  readonly clientId: ClientId;
  readonly pipelineId: PipelineId;
}

/** What waits in a flow that was removed by a person goes with it. */
export async function forgetFlow(db: Db, clientId: ClientId, pipelineId: PipelineId): Promise<void> {
  const gatherings = new ClientCollection<OfFlow & { readonly open: readonly string[] }>(
    db,
    'gatherings',
    clientId,
  );
  const parts = new ClientCollection<Pick<OfFlow, '_id' | 'clientId'>>(db, 'parts', clientId);
  const open = (await gatherings.find({ pipelineId }).toArray()).flatMap((gathering) => gathering.open);
  await parts.deleteMany({ _id: { $in: open } });
  for (const name of ['gatherings', 'waits', 'schedules'])
    await new ClientCollection<OfFlow>(db, name, clientId).deleteMany({ pipelineId });
}
