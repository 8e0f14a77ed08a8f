/** `GET /api/v1/conflicts`: sales that met too little stock, and the story of each decision. */
import { Router } from 'express';
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ConflictDocument } from '#runtime/orders/conflicts.ts';
import { type ApiOptions, clientOf } from './client-context.ts';
import { type ConnectionNames, connectionNames } from './names.ts';
import { ListQuery, pageOf, readCursor, readQuery } from './paging.ts';
import type { ConflictRow } from './views.ts';

const Query = ListQuery.extend({ state: z.enum(['open', 'all']).default('open') });
const Position = z.object({ at: z.coerce.date(), id: z.string().max(400) });

export function conflictRoutes({ database }: ApiOptions): Router {
  const router = Router();
  router.get('/conflicts', async (request, response) => {
    const clientId = clientOf(response);
    const query = readQuery(Query, request.query);
    const after = readCursor(Position, query.cursor);
    const filter: Filter<ConflictDocument> = {
      ...(query.state === 'open' ? { state: 'open' } : {}),
      ...(after ? { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after.id } }] } : {}),
    };
    const found = await new ClientCollection<ConflictDocument>(database.db, 'conflicts', clientId)
      .find(filter)
      .sort({ at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const names = await connectionNames(database, clientId);
    response.json(
      pageOf(
        found,
        query.limit,
        (conflict) => rowOf(conflict, names),
        ({ at, _id }) => ({ at, id: _id }),
      ),
    );
  });
  return router;
}

function rowOf(conflict: ConflictDocument, names: ConnectionNames): ConflictRow {
  const { _id, sku, title, at, wanted, availableThen, orderId, orderNumber, connectionId, winner, state } =
    conflict;
  const { name: connectionName, channel } = names(connectionId);
  const won = winner ? names(winner.connectionId) : null;
  return {
    id: _id,
    sku,
    title,
    at: at.toISOString(),
    quantity: wanted,
    availableThen,
    order: { id: orderId, number: orderNumber, connectionName, channel },
    winner:
      winner && won
        ? {
            id: winner.orderId,
            number: winner.orderNumber,
            connectionName: won.name,
            channel: won.channel,
            at: winner.at.toISOString(),
          }
        : null,
    policy: 'hold',
    state,
    sentence: sentenceOf(conflict, connectionName, won?.name ?? ''),
  };
}

const SECOND_MS = 1_000;
const MOMENTS_MS_MAX = 60 * SECOND_MS;

function sentenceOf(
  { at, wanted, availableThen, orderNumber, winner, state }: ConflictDocument,
  shop: string,
  winnerShop: string,
): string {
  const left =
    availableThen === 0
      ? 'none was left'
      : `only ${availableThen} ${availableThen === 1 ? 'was' : 'were'} left`;
  const end =
    state === 'open'
      ? 'It is held until you decide.'
      : 'It was cancelled since, so nothing is left to decide.';
  const wants = `Order ${orderNumber} (${shop}) wanted ${wanted}, and ${left}.`;
  if (!winner) return `${wants} ${end}`;
  const aheadMs = at.getTime() - winner.at.getTime();
  const ahead = aheadWords(aheadMs);
  return `Order ${winner.orderNumber} (${winnerShop}) was booked ${ahead} and took the last units. ${wants} ${end}`;
}

function aheadWords(ms: number): string {
  if (ms < SECOND_MS) return `${Math.max(1, ms)} ms earlier`;
  return ms < MOMENTS_MS_MAX ? `${(ms / SECOND_MS).toFixed(1)} s earlier` : 'earlier';
}
