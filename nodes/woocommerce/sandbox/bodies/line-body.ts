/** Lines and addresses inside order and refund bodies. */
import type { Address, OrderLine, Product, RefundLine, ShippingLine } from '../state.ts';
import { decimalText, digitsOf } from '../wordpress-text.ts';
import { fullName, skuOf } from './parts.ts';
import type { BodyContext } from './product-body.ts';

const meta = (id: number, key: string, value: string, shownKey = key) => ({
  id,
  key,
  value,
  display_key: shownKey,
  display_value: value,
});

/** `_reduced_stock` is how an order tells what it holds of the shop's stock. */
export function lineBody(context: BodyContext, line: OrderLine) {
  const product = context.catalogue.byId(line.productId);
  const attributes = (product?.type === 'variation' ? product.attributes : []).map(
    ({ name, options }, index) => meta(line.metaId + index, name.toLowerCase(), options[0] ?? '', name),
  );
  const reduced =
    line.reduced === null ? [] : [meta(line.reducedMetaId, '_reduced_stock', String(line.reduced))];
  const restocked =
    line.restocked === 0
      ? []
      : [meta(line.reducedMetaId + 1, '_restock_refunded_items', String(line.restocked))];
  return {
    ...head(context, product, line.id, line.quantity, line.quantity * line.unitMinor),
    meta_data: [...attributes, ...reduced, ...restocked],
    ...tail(context, product, line.unitMinor),
  };
}

export function refundLineBody(context: BodyContext, line: RefundLine, refunded: OrderLine | undefined) {
  const product = context.catalogue.byId(refunded?.productId ?? 0);
  return {
    ...head(context, product, line.id, -line.quantity, -line.totalMinor),
    meta_data: [meta(line.metaId, '_refunded_item_id', String(line.lineId))],
    ...tail(context, product, refunded?.unitMinor ?? 0),
  };
}

function head(
  context: BodyContext,
  product: Product | undefined,
  id: number,
  quantity: number,
  totalMinor: number,
) {
  const total = decimalText(totalMinor, context.currency);
  const variation = product?.type === 'variation';
  return {
    id,
    name: product ? fullName(context.catalogue, product) : '',
    product_id: variation ? product.parentId : (product?.id ?? 0),
    variation_id: variation ? product.id : 0,
    quantity,
    tax_class: '',
    subtotal: total,
    subtotal_tax: decimalText(0, context.currency),
    total,
    total_tax: decimalText(0, context.currency),
    taxes: [],
  };
}

function tail({ catalogue, currency }: BodyContext, product: Product | undefined, unitMinor: number) {
  const variation = product?.type === 'variation';
  return {
    sku: product ? skuOf(catalogue, product) : null,
    global_unique_id: product?.barcode ?? '',
    price: unitMinor / 10 ** digitsOf(currency),
    image: { id: variation ? 0 : '', src: '' },
    parent_name: variation ? (catalogue.byId(product.parentId)?.name ?? null) : null,
  };
}

export function shippingBody({ currency }: BodyContext, line: ShippingLine) {
  return {
    id: line.id,
    method_title: line.title,
    method_id: line.methodId,
    instance_id: '',
    total: decimalText(line.totalMinor, currency),
    total_tax: decimalText(0, currency),
    taxes: [],
    tax_status: 'taxable',
    meta_data: [],
  };
}

const SHIPPING_FIELDS = [
  'first_name',
  'last_name',
  'company',
  'address_1',
  'address_2',
  'city',
  'state',
  'postcode',
  'country',
];

export function addressBody(address: Address, kind: 'billing' | 'shipping'): Record<string, string> {
  const fields = [...SHIPPING_FIELDS, ...(kind === 'billing' ? ['email'] : []), 'phone'];
  return Object.fromEntries(fields.map((field) => [field, address[field] ?? '']));
}
