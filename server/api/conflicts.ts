/** `GET /api/v1/conflicts`, `POST /api/v1/conflicts/:id/decisions`: sales that met too little stock, and what is decided. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { type ClientId, LocationId } from '#runtime/ids.ts';
import { KitBook } from '#runtime/kits/with-kits.ts';
import { type ConflictDocument, conflictsOf } from '#runtime/orders/conflicts.ts';
import { type DecisionResult, decideConflict } from '#runtime/orders/decide-conflict.ts';
import { OrderBooking } from '#runtime/orders/order-booking.ts';
import { sharingRulesOf } from '#runtime/sharing/rules-store.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { Problem } from '../problem.ts';
import type { ApiOptions } from './client-context.ts';
import { channelCancels, rowsOf } from './conflict-rows.ts';
import { decidedBy, outcomeOf } from './conflict-words.ts';
import { connectionNames } from './names.ts';
import { ListQuery, olderThan, pageOf, readCursor } from './paging.ts';
import { clientRoute, type Route } from './route.ts';
import { ConflictRow, pageOfRows } from './views.ts';

const Query = ListQuery.extend({ state: z.enum(['open', 'all']).default('open') });
const Position = z.object({ at: z.coerce.date(), id: z.string().max(1_000) });
/** Chosen by the caller: the same request sent again is done once. */
const key = z.string().min(1).max(100);
const Decision = z.discriminatedUnion('choice', [
  z.strictObject({ key, choice: z.literal('ship'), from: LocationId }),
  z.strictObject({ key, choice: z.literal('backorder') }),
  z.strictObject({ key, choice: z.literal('cancel'), scope: z.enum(['order', 'line']) }),
  z.strictObject({ key, choice: z.literal('ignore') }),
]);
const OPEN: Filter<ConflictDocument> = { state: { $in: ['open', 'cancelling'] } };

export function conflictRoutes(options: ApiOptions): Route[] {
  const { database, wake, changed } = options;
  const { db } = database;

  const list = clientRoute({
    method: 'get',
    path: '/conflicts',
    summary: 'Sales that met too little stock, newest first',
    may: 'see',
    query: Query,
    answer: pageOfRows(ConflictRow),
    run: async ({ clientId, query }) => {
      const after = readCursor(Position, query.cursor);
      const found = await conflictsOf(db, clientId)
        .find({
          ...(query.state === 'open' ? OPEN : {}),
          ...olderThan<ConflictDocument>('at', after),
        })
        .sort({ at: -1, _id: -1 })
        .limit(query.limit + 1)
        .toArray();
      const rows = new Map((await rowsOf(options, clientId, found)).map((row) => [row.id, row]));
      return pageOf(
        found,
        query.limit,
        ({ _id }) => rows.get(_id) as ConflictRow,
        ({ at, _id }) => ({ at, id: _id }),
      );
    },
  });

  const decision = clientRoute({
    method: 'post',
    path: '/conflicts/:id/decisions',
    summary: 'Decides about a sale that met too little stock',
    may: 'decide',
    body: Decision,
    answer: ConflictRow,
    run: async ({ clientId, by, params: { id }, body: { key: chosen, ...choice } }) => {
      const cancels = await channelCancels(options, clientId);
      const [open] = await rowsOf(
        options,
        clientId,
        await conflictsOf(db, clientId).find({ _id: id }).toArray(),
      );
      if (open?.state === 'open' && !isOffered(open, choice)) {
        throw new Problem(
          409,
          'Not possible now',
          'This can’t be done as things stand now. Nothing was changed; load the page again to see what can be.',
        );
      }
      const kits = new KitBook((await sharingRulesOf(db, clientId)).kits);
      const booking = new OrderBooking({
        db,
        clientId,
        ledger: new StockLedger(db, clientId),
        channelCancels: cancels,
        kits: () => kits,
        // The client's runner books its orders.
        alone: false,
      });
      const result = await decideConflict({ db, clientId, booking }, { id, choice, by, key: chosen });
      wake(clientId);
      changed(clientId, ['conflicts', 'orders', 'stock', 'overview', 'outbox']);
      if (result.outcome !== 'decided') throw await refusal(result, clientId);
      const [row] = await rowsOf(options, clientId, [result.conflict]);
      return row;
    },
  });

  async function refusal(
    result: Exclude<DecisionResult, { readonly outcome: 'decided' }>,
    clientId: ClientId,
  ): Promise<Problem> {
    if (result.outcome === 'unknown') {
      return new Problem(
        404,
        'No such conflict',
        'There is no such conflict in your list. Nothing was changed.',
      );
    }
    if (result.outcome === 'key-reused') {
      return new Problem(
        409,
        'Key used before',
        'This key stands for another choice about this conflict. Nothing was changed; choose a new key.',
      );
    }
    const { conflict } = result;
    const shop = (await connectionNames(database, clientId))(conflict.connectionId).name;
    const who = conflict.decision ? ` It was decided by ${decidedBy(conflict.decision.by)}.` : '';
    return new Problem(
      409,
      result.outcome === 'cancelling' ? 'Waits for the channel' : 'Settled already',
      `${outcomeOf(conflict, shop)}${who} Your choice was not carried out.`,
    );
  }

  return [list, decision];
}

function isOffered({ choices }: ConflictRow, choice: Readonly<Record<string, string>>): boolean {
  return choices.some(({ send }) =>
    [...new Set([...Object.keys(send), ...Object.keys(choice)])].every((name) => send[name] === choice[name]),
  );
}
