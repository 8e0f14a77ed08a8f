/** `GET /api/v1/stock/why`: why a listing shows its number, now or at a past minute. */
import { z } from 'zod';
import { explainQuantity } from '#runtime/explain/explain-quantity.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { connectionNames } from './names.ts';
import { clientRoute, type Route } from './route.ts';
import { WhyView } from './views.ts';
import { movementText, notesOf, sentenceOf, stepsOf } from './why-words.ts';

const Query = z.object({
  listing: z.string().min(1).max(400),
  at: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});

export function whyRoutes({ database }: ApiOptions): Route[] {
  return [
    clientRoute({
      method: 'get',
      path: '/stock/why',
      summary: 'Why a listing shows its number, now or at a past minute',
      may: 'see',
      query: Query,
      answer: WhyView,
      run: async ({ clientId, query: { listing: listingId, at } }) => {
        const past = at && at.getTime() < Date.now() ? at : null;
        const why = await explainQuantity(database.db, clientId, listingId, past);
        if (!why?.listing.sku) {
          throw new Problem(
            404,
            'Nothing to explain',
            'There is no such listing in your stock, it is matched to no SKU, or SyncFlow did not know it yet at that moment.',
          );
        }
        const names = await connectionNames(database, clientId);
        const pipelines = new Map(
          (await pipelinesOf(database.models, clientId)).map(({ _id, name }) => [_id, name]),
        );
        const connection = names(why.listing.connectionId);
        return {
          listing: { id: why.listing._id, sku: why.listing.sku, title: why.listing.title, connection },
          at: why.at.toISOString(),
          past: past !== null,
          shows: why.shows,
          desired: why.desired,
          sentence: sentenceOf(why, connection.name, past !== null),
          steps: stepsOf(why),
          notes: notesOf(why, connection.name),
          movements: why.movements.map((movement) => {
            const { at, onHandChange, availableAfter, cause, runs } = movement;
            const { orderId, orderNumber } = cause;
            return {
              at: at.toISOString(),
              text: movementText(movement, (id) => names(id).name),
              change: onHandChange,
              availableAfter,
              order: orderId ? { id: orderId, number: orderNumber ?? '' } : null,
              runs: runs.map(({ _id: id, pipelineId, ms, state }) => ({
                id,
                pipelineId,
                pipeline: pipelines.get(pipelineId) ?? 'A removed flow',
                ms,
                failed: state === 'failed',
              })),
            };
          }),
        };
      },
    }),
  ];
}
