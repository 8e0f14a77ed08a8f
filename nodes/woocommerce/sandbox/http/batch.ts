/** WordPress's batch endpoints: up to 100 items, each with its own success or error, under one status 200. */
import { z } from 'zod';
import type { ApiAnswer } from './reply.ts';
import { invalidParameter, notInSandbox, WordPressError } from './wordpress-error.ts';

const ITEMS_MAX = 100;

const Batch = z.object({
  create: z.array(z.unknown()).default([]),
  update: z.array(z.looseObject({ id: z.int() })).default([]),
  delete: z.array(z.unknown()).default([]),
});

export interface BatchActions {
  readonly create: (item: unknown) => object;
  readonly update: (id: number, item: unknown) => object;
}

export function runBatch(body: unknown, actions: BatchActions): ApiAnswer {
  const batch = Batch.safeParse(body ?? {});
  if (!batch.success) throw invalidParameter('update', 'update is not a list of items with ids.');
  const { create, update, delete: remove } = batch.data;
  if (create.length + update.length + remove.length > ITEMS_MAX) {
    const message = `Unable to accept more than ${ITEMS_MAX} items for this request.`;
    throw new WordPressError(413, 'woocommerce_rest_request_entity_too_large', message);
  }
  if (remove.length > 0) throw notInSandbox('deletions in batches');
  const created = create.map((item) => attempt(0, () => actions.create(item)));
  const updated = update.map((item) => attempt(item.id, () => actions.update(item.id, item)));
  return {
    body: {
      ...(created.length > 0 ? { create: created } : {}),
      ...(updated.length > 0 ? { update: updated } : {}),
    },
  };
}

function attempt(id: number, action: () => object): object {
  try {
    return action();
  } catch (error) {
    if (error instanceof WordPressError) return { id, error: error.body };
    throw error;
  }
}
