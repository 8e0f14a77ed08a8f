/** What happens to orders: they are placed, change their state, are paid and refunded. */
import { randomUUID } from 'node:crypto';
import type { Catalogue } from './catalogue.ts';
import type { Ground } from './ground.ts';
import type { OrderBook } from './order-book.ts';
import { adjustLine, recordSales, restockLine, returnStock, takeStock } from './order-stock.ts';
import type { Note, OrderLine, OrderMeta, Product, Refund, ShopOrder } from './state.ts';

export type NewOrder = Pick<
  ShopOrder,
  'createdVia' | 'billing' | 'shipping' | 'paymentMethod' | 'paymentTitle' | 'status'
> & {
  readonly paid: boolean;
  readonly meta?: readonly { readonly key: string; readonly value: string }[];
  readonly lines: readonly {
    readonly product: Product;
    readonly quantity: number;
    readonly unitMinor: number;
  }[];
  readonly shippingLines: readonly {
    readonly methodId: string;
    readonly title: string;
    readonly totalMinor: number;
  }[];
};

export interface NewRefund {
  readonly amountMinor: number;
  readonly reason: string;
  readonly restock: boolean;
  readonly moneyReturned?: boolean;
  readonly meta?: readonly { readonly key: string; readonly value: string }[];
  readonly lines: readonly {
    readonly line: OrderLine;
    readonly quantity: number;
    readonly totalMinor: number;
  }[];
}

/** Entering these takes the order out of stock; those of RETURNING put it back. All others leave stock as it is. */
const TAKING = new Set(['processing', 'completed', 'on-hold']);
const RETURNING = new Set(['cancelled', 'pending']);

export class OrderDesk {
  readonly #ground: Ground;
  readonly #catalogue: Catalogue;
  readonly #book: OrderBook;

  constructor(ground: Ground, catalogue: Catalogue, book: OrderBook) {
    this.#ground = ground;
    this.#catalogue = catalogue;
    this.#book = book;
  }

  place({ lines, shippingLines, paid, status, meta = [], ...rest }: NewOrder): ShopOrder {
    const now = this.#ground.now();
    const order: ShopOrder = {
      ...rest,
      id: this.#ground.next('post'),
      key: `wc_order_${randomUUID().replaceAll('-', '').slice(0, 13)}`,
      createdMs: now,
      modifiedMs: now,
      status: 'pending',
      paidMs: null,
      completedMs: null,
      stockReduced: false,
      salesRecorded: false,
      lines: lines.map((line) => this.#line(line)),
      shippingLines: shippingLines.map((line) => ({ id: this.#ground.next('item'), ...line })),
      refunds: [],
      notes: [],
      meta: [],
      trashedFrom: null,
    };
    this.setMeta(order, meta);
    this.#book.add(order);
    this.#ground.announce('order.created', order.id);
    this.#enter(order, paid && status === 'pending' ? 'processing' : status);
    if (paid) order.paidMs = now;
    this.#changed(order);
    return order;
  }

  setStatus(order: ShopOrder, status: string): void {
    if (order.status === status) return;
    this.#enter(order, status);
    if (status === 'refunded') this.#refundTheRest(order);
    this.#changed(order);
  }

  /** What a payment gateway calls when the money is there. */
  pay(order: ShopOrder): void {
    if (!['pending', 'failed', 'on-hold'].includes(order.status)) return;
    order.paidMs = this.#ground.now();
    this.#enter(order, 'processing');
    this.#changed(order);
  }

  /** Cancels, and leaves the units out of the count, as a filter on woocommerce_can_restore_order_stock does. */
  cancelWithoutRestock(order: ShopOrder): void {
    order.status = 'cancelled';
    recordSales(this.#ground, this.#catalogue, order, false);
    this.#changed(order);
  }

  /**
   * Changes how many units lines have, as staff do in the order's page: counts of a placed order follow. 0 takes a
   * line out.
   * @param followed false: a line that the REST API takes out keeps its units out of the count (woocommerce#51024).
   */
  editLines(
    order: ShopOrder,
    lines: readonly { readonly line: OrderLine; readonly quantity: number }[],
    followed = true,
  ): void {
    for (const { line, quantity } of lines) {
      if (TAKING.has(order.status) && (quantity > 0 || followed)) {
        adjustLine(this.#ground, this.#catalogue, order, line, quantity);
      }
      line.quantity = quantity;
    }
    order.lines = order.lines.filter(({ quantity }) => quantity > 0);
    this.#changed(order);
  }

  /** Overwrites metas of the same key, adds the others. */
  setMeta(order: ShopOrder, meta: readonly { readonly key: string; readonly value: string }[]): void {
    for (const { key, value } of meta) {
      const known = order.meta.find((each: OrderMeta) => each.key === key);
      if (known) known.value = value;
      else order.meta.push({ id: this.#ground.next('meta'), key, value });
    }
  }

  /** Saves what was changed from outside (`setMeta`). */
  save(order: ShopOrder): void {
    this.#changed(order);
  }

  /** Notes are comments of WordPress: they leave the order's own date as it is, and no webhook tells of them. */
  addNote(order: ShopOrder, text: string, forCustomer: boolean): Note {
    const note: Note = {
      id: this.#ground.next('comment'),
      createdMs: this.#ground.now(),
      author: 'WooCommerce',
      text,
      forCustomer,
    };
    order.notes.push(note);
    this.#ground.keep({ order });
    return note;
  }

  /** @returns the note that was there; undefined: the order has none of that id. */
  removeNote(order: ShopOrder, id: number): Note | undefined {
    const at = order.notes.findIndex((note) => note.id === id);
    if (at < 0) return undefined;
    const [note] = order.notes.splice(at, 1);
    this.#ground.keep({ order });
    return note;
  }

  /** Into the trash: its units stay where they are (recorded: webhook-20 and 22). */
  trash(order: ShopOrder): void {
    const now = this.#ground.now();
    this.setMeta(order, [
      { key: '_wp_trash_meta_status', value: `wc-${order.status}` },
      { key: '_wp_trash_meta_time', value: String(Math.floor(now / 1000)) },
      { key: '_wp_desired_post_slug', value: `order-${order.id}` },
    ]);
    order.trashedFrom = order.status;
    order.status = 'trash';
    recordSales(this.#ground, this.#catalogue, order, false);
    this.#changed(order);
    this.#ground.announce('order.deleted', order.id);
  }

  /** Deleted for good: nothing is left but the webhook. */
  remove(order: ShopOrder): void {
    this.#book.remove(order);
    this.#ground.keep({ orderGone: order.id });
    this.#ground.announce('order.deleted', order.id);
  }

  untrash(order: ShopOrder): void {
    order.status = order.trashedFrom ?? 'pending';
    order.trashedFrom = null;
    order.meta.splice(0, order.meta.length, ...order.meta.filter(({ key }) => !key.startsWith('_wp_')));
    if (TAKING.has(order.status)) recordSales(this.#ground, this.#catalogue, order, true);
    this.#changed(order);
    this.#ground.announce('order.restored', order.id);
  }

  /** Books a refund; the caller has checked the amount. An order that is paid back in full becomes `refunded`. */
  refund(order: ShopOrder, asked: NewRefund): Refund {
    const { amountMinor, reason, restock, lines, moneyReturned = false, meta = [] } = asked;
    const full = isFull(order, amountMinor, lines);
    const refund: Refund = {
      id: this.#ground.next('post'),
      metaId: this.#ground.next('meta'),
      createdMs: this.#ground.now(),
      amountMinor,
      reason,
      full,
      moneyReturned,
      meta: meta.map((each) => ({ ...each, id: this.#ground.next('meta') })),
      lines: lines.map(({ line, quantity, totalMinor }) => ({
        id: this.#ground.next('item'),
        metaId: this.#ground.next('meta'),
        lineId: line.id,
        quantity,
        totalMinor,
      })),
    };
    order.refunds.push(refund);
    if (restock) for (const { line, quantity } of lines) restockLine(this.#catalogue, order, line, quantity);
    if (full) this.#enter(order, 'refunded');
    this.#changed(order);
    return refund;
  }

  #line({ product, quantity, unitMinor }: NewOrder['lines'][number]): OrderLine {
    return {
      id: this.#ground.next('item'),
      productId: product.id,
      quantity,
      unitMinor,
      metaId: product.attributes.length > 0 ? this.#ground.next('meta', product.attributes.length) : 0,
      reduced: null,
      restocked: 0,
      reducedMetaId: 0,
    };
  }

  #enter(order: ShopOrder, status: string): void {
    order.status = status;
    if (status === 'completed') order.completedMs = this.#ground.now();
    if (TAKING.has(status)) {
      takeStock(this.#ground, this.#catalogue, order);
      recordSales(this.#ground, this.#catalogue, order, true);
    }
    if (RETURNING.has(status)) returnStock(this.#catalogue, order);
    if (status === 'cancelled') recordSales(this.#ground, this.#catalogue, order, false);
  }

  /** Staff who set the state by hand get a refund of what is left, without lines and without a restock. */
  #refundTheRest(order: ShopOrder): void {
    const amountMinor = remainingMinor(order);
    if (amountMinor <= 0) return;
    const reason = 'Order fully refunded.';
    const [id, metaId, createdMs] = [
      this.#ground.next('post'),
      this.#ground.next('meta'),
      this.#ground.now(),
    ];
    const nothing = { moneyReturned: false, meta: [], lines: [] };
    order.refunds.push({ id, metaId, createdMs, amountMinor, reason, full: true, ...nothing });
  }

  #changed(order: ShopOrder): void {
    order.modifiedMs = this.#ground.now();
    this.#book.touched(order);
    this.#ground.keep({ order });
    this.#ground.announce('order.updated', order.id);
  }
}

/** Nothing is left to pay back, and no unit of an order that also has free items. */
function isFull(order: ShopOrder, amountMinor: number, lines: NewRefund['lines']): boolean {
  if (amountMinor < remainingMinor(order)) return false;
  if (order.lines.every((line) => line.unitMinor > 0)) return true;
  const unitsOf = (list: readonly { readonly quantity: number }[]) =>
    list.reduce((sum, { quantity }) => sum + quantity, 0);
  const before = order.refunds.reduce((sum, refund) => sum + unitsOf(refund.lines), 0);
  return unitsOf(order.lines) - before - unitsOf(lines) <= 0;
}

export function totalMinor(order: ShopOrder): number {
  const lines = order.lines.reduce((sum, line) => sum + line.quantity * line.unitMinor, 0);
  return order.shippingLines.reduce((sum, line) => sum + line.totalMinor, lines);
}

/** What is not paid back yet. */
export function remainingMinor(order: ShopOrder): number {
  return order.refunds.reduce((sum, refund) => sum - refund.amountMinor, totalMinor(order));
}

/** Units of a line that no refund names yet. */
export function unrefundedUnits(order: ShopOrder, lineId: number): number {
  const ordered = order.lines.find((line) => line.id === lineId)?.quantity ?? 0;
  const refunded = order.refunds.flatMap((refund) => refund.lines.filter((line) => line.lineId === lineId));
  return refunded.reduce((sum, line) => sum - line.quantity, ordered);
}
