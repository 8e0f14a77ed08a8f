/** Which scopes a document needs. Facts: `offline_scopes` beside Shopify's schema (@shopify/dev-mcp 1.16.0). */
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { isGranted } from './app-state.ts';

const ORDERS = ['read_orders', 'read_marketplace_orders'];
const FULFILLMENT_ORDERS = [
  'read_assigned_fulfillment_orders',
  'read_merchant_managed_fulfillment_orders',
  'read_third_party_fulfillment_orders',
];

/** Any one of the scopes lets an object of the type be seen. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  Order: ORDERS,
  LineItem: ORDERS,
  Refund: ORDERS,
  Fulfillment: [...ORDERS, ...FULFILLMENT_ORDERS],
  FulfillmentOrder: FULFILLMENT_ORDERS,
  Product: ['read_products'],
  ProductVariant: ['read_products'],
  InventoryItem: ['read_inventory', 'read_products'],
  InventoryLevel: ['read_inventory'],
  Location: ['read_locations', 'read_inventory'],
};

const MUTATIONS: Readonly<Record<string, readonly string[]>> = {
  inventorySetQuantities: ['write_inventory'],
  fulfillmentCreate: FULFILLMENT_ORDERS.map((scope) => scope.replace('read_', 'write_')),
  orderCancel: ['write_orders'],
  orderUpdate: ['write_orders'],
  refundCreate: ['write_orders'],
};

/** The first thing in a validated document that these scopes do not allow; null: all is allowed. */
export function deniedIn(
  schema: GraphQLSchema,
  document: DocumentNode,
  granted: readonly string[],
): GraphQLError | null {
  const types = new TypeInfo(schema);
  let denied: GraphQLError | null = null;
  const enter = (field: FieldNode): void => {
    const parent = types.getParentType()?.name;
    const named = types.getType();
    const needed =
      (parent === 'Mutation' ? MUTATIONS[field.name.value] : undefined) ??
      (named ? TYPES[getNamedType(named).name.replace(/Connection$/, '')] : undefined);
    if (denied || !needed || isGranted(granted, needed)) return;
    const requiredAccess = needed.map((scope) => `\`${scope}\` access scope`).join(' or ');
    denied = new GraphQLError(
      `Access denied for ${field.name.value} field. Required access: ${requiredAccess}.`,
      { extensions: { code: 'ACCESS_DENIED', requiredAccess } },
    );
  };
  visit(document, visitWithTypeInfo(types, { Field: { enter } }));
  return denied;
}
