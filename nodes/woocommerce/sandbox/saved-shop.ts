/** The shop as its journal tells it, gathered before anything runs on it. */
import type { ApiKey, Counters, Due, Entry, Product, ShopOrder, ShopSettings, Webhook } from './state.ts';

/** What files of older versions lack. */
const NEW_PRODUCT_FIELDS = { backorders: 'no', barcode: '' } as const;
const NEW_REFUND_FIELDS = { moneyReturned: false, meta: [] };

function wholeOrder(order: ShopOrder): ShopOrder {
  const refunds = order.refunds.map((refund) => ({ ...NEW_REFUND_FIELDS, ...refund }));
  return { ...{ notes: [], meta: [], trashedFrom: null }, ...order, refunds };
}

export class SavedShop {
  settings: ShopSettings | null = null;
  /** A fresh WordPress has its first free post id about here; the recordings begin with 10. */
  counters: Counters = { post: 10, item: 1, meta: 1, webhook: 1, comment: 2 };
  readonly products = new Map<number, Product>();
  readonly orders = new Map<number, ShopOrder>();
  readonly keys = new Map<string, ApiKey>();
  readonly webhooks = new Map<number, Webhook>();
  readonly due = new Map<string, Due>();

  apply(entry: Entry): void {
    if ('count' in entry) {
      const [id, quantity, modifiedMs] = entry.count;
      const product = this.products.get(id);
      if (product) Object.assign(product, { quantity, modifiedMs });
    } else if ('sales' in entry) {
      const product = this.products.get(entry.sales[0]);
      if (product) product.sales = entry.sales[1];
    } else if ('order' in entry) this.orders.set(entry.order.id, wholeOrder(entry.order));
    else if ('product' in entry)
      this.products.set(entry.product.id, { ...NEW_PRODUCT_FIELDS, ...entry.product });
    else if ('productGone' in entry) this.products.delete(entry.productGone);
    else if ('orderGone' in entry) this.orders.delete(entry.orderGone);
    else if ('key' in entry) this.keys.set(entry.key.id, entry.key);
    else if ('keyGone' in entry) this.keys.delete(entry.keyGone);
    else if ('webhook' in entry) this.webhooks.set(entry.webhook.id, entry.webhook);
    else if ('webhookGone' in entry) this.webhooks.delete(entry.webhookGone);
    else if ('due' in entry) this.due.set(entry.due.join(':'), entry.due);
    else if ('sent' in entry) this.due.delete(entry.sent.join(':'));
    else if ('counters' in entry) this.counters = { ...this.counters, ...entry.counters };
    else this.settings = entry.settings;
  }

  /** The shortest journal that tells the same. */
  *entries(): Generator<Entry> {
    if (this.settings) yield { settings: this.settings };
    yield { counters: this.counters };
    for (const product of this.products.values()) yield { product };
    for (const order of this.orders.values()) yield { order };
    for (const key of this.keys.values()) yield { key };
    for (const webhook of this.webhooks.values()) yield { webhook };
    for (const due of this.due.values()) yield { due };
  }
}
