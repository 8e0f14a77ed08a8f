/** `/orders` and `/orders/<id>/refunds`. */
import { Router } from 'express';
import { noteBody, orderBody, refundBody } from '../bodies/order-body.ts';
import type { BodyContext } from '../bodies/product-body.ts';
import type { OrderBook, OrderQuery } from '../order-book.ts';
import type { OrderDesk } from '../order-desk.ts';
import type { ShopOrder } from '../state.ts';
import { idList, listAnswer, type Page, pageOf, withFields } from './list-page.ts';
import { newNote, newOrder, newRefund, orderChange, STATUSES } from './order-input.ts';
import { type ApiRequest, answering, type Stage } from './reply.ts';
import { invalidParameter, unknownId, WordPressError } from './wordpress-error.ts';

export function orderRoutes(stage: Stage, context: BodyContext, book: OrderBook, desk: OrderDesk): Router {
  const router = Router();
  const { currency, catalogue } = context;

  const list = answering(stage, (request) => {
    const page = pageOf(request);
    const { rows, total } = book.find(queryOf(request, page));
    const bodies = rows.map((row) => orderBody(context, row));
    return listAnswer(`${stage.shop}/wp-json/wc/v3/orders`, request, page, bodies, total);
  });
  const create = answering(stage, ({ body }) => {
    const order = desk.place(newOrder(catalogue, currency, body));
    return { status: 201, body: orderBody(context, order) };
  });
  const read = answering(stage, (request) => {
    return { body: withFields(request, orderBody(context, known(book, request))) };
  });
  const change = answering(stage, (request) => {
    const order = known(book, request);
    const { status, paid, lines, meta } = orderChange(order, request.body);
    if (lines.length > 0) desk.editLines(order, lines, false);
    if (meta.length > 0) {
      desk.setMeta(order, meta);
      desk.save(order);
    }
    if (status && order.trashedFrom !== null) desk.untrash(order);
    if (status) desk.setStatus(order, status);
    if (paid) desk.pay(order);
    return { body: orderBody(context, order) };
  });
  const refund = answering(stage, ({ ids, body }) => {
    const order = book.byId(ids.id ?? 0);
    // A bare 404 where `{status: 404}` is due makes WordPress answer 500.
    if (!order) throw new WordPressError(500, 'woocommerce_rest_invalid_order_id', 'Invalid order ID.', 404);
    const made = desk.refund(order, newRefund(order, currency, body));
    return { status: 201, body: refundBody(context, order, made) };
  });
  const refunds = answering(stage, (request) => {
    const order = known(book, request);
    const page = pageOf(request);
    const bodies = order.refunds.map((each) => refundBody(context, order, each)).reverse();
    const collection = `${stage.shop}/wp-json/wc/v3/orders/${order.id}/refunds`;
    const shown = bodies.slice(page.offset, page.offset + page.size);
    return listAnswer(collection, request, page, shown, bodies.length);
  });

  const remove = answering(stage, (request) => {
    const order = known(book, request);
    const before = orderBody(context, order);
    if (['true', '1'].includes(request.query.force ?? '')) desk.remove(order);
    else if (order.trashedFrom === null) desk.trash(order);
    else
      throw new WordPressError(
        410,
        'woocommerce_rest_already_trashed',
        'The order has already been deleted.',
      );
    return { body: before };
  });
  const notes = answering(stage, (request) => {
    const order = known(book, request);
    return { body: order.notes.map((note) => noteBody(context, order, note)).reverse() };
  });
  const addNote = answering(stage, (request) => {
    const order = known(book, request);
    const { note, customer_note: forCustomer } = newNote(request.body);
    return { status: 201, body: noteBody(context, order, desk.addNote(order, note, forCustomer)) };
  });

  /** By the source: WooCommerce 10's class-wc-rest-order-notes-v2-controller.php. */
  const removeNote = answering(stage, (request) => {
    const order = known(book, request);
    if (!['true', '1'].includes(request.query.force ?? ''))
      throw new WordPressError(
        501,
        'woocommerce_rest_trash_not_supported',
        'Webhooks do not support trashing.',
      );
    const note = desk.removeNote(order, request.ids.noteId ?? 0);
    if (!note) throw new WordPressError(404, 'woocommerce_rest_invalid_id', 'Invalid resource ID.');
    return { body: noteBody(context, order, note) };
  });

  router.route('/orders/:id/notes/:noteId').delete(removeNote);
  router.route('/orders/:id/notes').get(notes).post(addNote);
  router.route('/orders').get(list).post(create);
  router.route('/orders/:id').get(read).post(change).put(change).patch(change).delete(remove);
  router.route('/orders/:id/refunds').get(refunds).post(refund);
  return router;
}

function known(book: OrderBook, request: ApiRequest): ShopOrder {
  const order = book.byId(request.ids.id ?? 0);
  if (!order) throw unknownId('shop_order', 404);
  return order;
}

function queryOf({ query }: ApiRequest, page: Page): OrderQuery {
  const afterMs = dateMs(query, 'after');
  const beforeMs = dateMs(query, 'before');
  const modifiedAfterMs = dateMs(query, 'modified_after');
  const modifiedBeforeMs = dateMs(query, 'modified_before');
  const statuses = statusesOf(query.status);
  const include = idList(query.include);
  return {
    orderBy: query.orderby === 'modified' || query.orderby === 'id' ? query.orderby : 'date',
    ascending: query.order === 'asc',
    offset: page.offset,
    limit: page.size,
    ...(afterMs === undefined ? {} : { afterMs }),
    ...(beforeMs === undefined ? {} : { beforeMs }),
    ...(modifiedAfterMs === undefined ? {} : { modifiedAfterMs }),
    ...(modifiedBeforeMs === undefined ? {} : { modifiedBeforeMs }),
    ...(statuses ? { statuses } : {}),
    ...(include ? { include } : {}),
    ...(query.search === undefined ? {} : { search: query.search }),
  };
}

/** The shop's clock stands on UTC, so `dates_are_gmt` makes no difference; an offset in the text is ignored. */
function dateMs(query: ApiRequest['query'], name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d))?/.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(ms)) throw invalidParameter(name, `Invalid date.`);
  return ms;
}

function statusesOf(text: string | undefined): ReadonlySet<string> | undefined {
  if (text === undefined || text === 'any') return undefined;
  const statuses = text.split(',').map((status) => status.trim());
  const unknown = statuses.find((status) => !['any', 'trash', ...STATUSES].includes(status));
  if (unknown !== undefined)
    throw invalidParameter('status', `status[0] is not one of ${STATUSES.join(', ')}.`);
  return statuses.includes('any') ? undefined : new Set(statuses);
}
