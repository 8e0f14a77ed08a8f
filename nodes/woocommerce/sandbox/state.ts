/**
 * What the sandbox shop keeps. All of it is plain JSON: the journal writes it as it stands. Money is in minor
 * units, times are milliseconds; WordPress shows both as text.
 */

interface Attribute {
  readonly name: string;
  /** All choices on a variable product, the one choice on a variation. */
  readonly options: readonly string[];
}

export interface Product {
  readonly id: number;
  readonly type: 'simple' | 'variable' | 'variation';
  /** 0 but for variations. */
  readonly parentId: number;
  readonly createdMs: number;
  name: string;
  sku: string;
  /** Decimal text; '' where a variable product has no price of its own. */
  price: string;
  /** The product's own switch. A variation without it shares the count of a parent that has it. */
  manageStock: boolean;
  /** null: not counted, or counted by the parent. */
  quantity: number | null;
  backorders: 'no' | 'notify' | 'yes';
  /** GTIN, UPC, EAN or ISBN; '' without one. */
  barcode: string;
  sales: number;
  modifiedMs: number;
  attributes: readonly Attribute[];
  readonly variationIds: number[];
}

export interface OrderLine {
  readonly id: number;
  readonly productId: number;
  quantity: number;
  readonly unitMinor: number;
  /** First id of the line's attribute metas. */
  readonly metaId: number;
  /** Units taken from stock and not put back: the meta `_reduced_stock`; null: there is no such meta. */
  reduced: number | null;
  /** Units put back by refunds: the meta `_restock_refunded_items`; 0: there is no such meta. */
  restocked: number;
  reducedMetaId: number;
}

export interface ShippingLine {
  readonly id: number;
  readonly methodId: string;
  readonly title: string;
  readonly totalMinor: number;
}

export interface RefundLine {
  readonly id: number;
  readonly lineId: number;
  readonly metaId: number;
  readonly quantity: number;
  readonly totalMinor: number;
}

export interface Refund {
  readonly id: number;
  readonly metaId: number;
  readonly createdMs: number;
  readonly amountMinor: number;
  readonly reason: string;
  readonly full: boolean;
  /** The payment gateway has paid the money back. */
  readonly moneyReturned: boolean;
  readonly meta: readonly OrderMeta[];
  readonly lines: readonly RefundLine[];
}

/** A remark on an order: the shop's own log, or what staff and programs write. */
export interface Note {
  readonly id: number;
  readonly createdMs: number;
  readonly author: string;
  readonly text: string;
  readonly forCustomer: boolean;
}

export interface OrderMeta {
  readonly id: number;
  readonly key: string;
  value: string;
}

export type Address = Readonly<Record<string, string>>;

export interface ShopOrder {
  readonly id: number;
  readonly key: string;
  readonly createdMs: number;
  readonly createdVia: 'rest-api' | 'checkout';
  readonly billing: Address;
  readonly shipping: Address;
  readonly paymentMethod: string;
  readonly paymentTitle: string;
  lines: OrderLine[];
  readonly shippingLines: readonly ShippingLine[];
  readonly refunds: Refund[];
  readonly notes: Note[];
  readonly meta: OrderMeta[];
  status: string;
  /** The state before staff threw the order away; null: it is not in the trash. */
  trashedFrom: string | null;
  modifiedMs: number;
  paidMs: number | null;
  completedMs: number | null;
  /** The order's own mark that its stock was taken; guards against taking it twice. */
  stockReduced: boolean;
  salesRecorded: boolean;
}

export interface Webhook {
  readonly id: number;
  readonly createdMs: number;
  name: string;
  topic: string;
  deliveryUrl: string;
  secret: string;
  status: 'active' | 'paused' | 'disabled';
  failures: number;
  modifiedMs: number | null;
}

/** WordPress numbers products, orders and refunds in one row; items, metas, webhooks and notes have their own. */
export interface Counters {
  post: number;
  item: number;
  meta: number;
  webhook: number;
  comment: number;
}

export interface ShopSettings {
  readonly name: string;
  readonly currency: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly webhookSecret: string;
}

export interface ApiKey {
  readonly id: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly permissions: 'read' | 'write' | 'read_write';
}

/** A webhook that is due: collapsed by WordPress while an equal one waits. */
export type Due = readonly [webhookId: number, resourceId: number];

/** One step of the journal. */
export type Entry =
  | { readonly settings: ShopSettings }
  | { readonly counters: Counters }
  | { readonly product: Product }
  | { readonly count: readonly [productId: number, quantity: number | null, modifiedMs: number] }
  | { readonly sales: readonly [productId: number, sales: number] }
  | { readonly order: ShopOrder }
  | { readonly orderGone: number }
  | { readonly productGone: number }
  | { readonly key: ApiKey }
  | { readonly keyGone: string }
  | { readonly webhook: Webhook }
  | { readonly webhookGone: number }
  | { readonly due: Due }
  | { readonly sent: Due };
