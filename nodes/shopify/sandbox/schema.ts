/**
 * The part of the Admin API's schema, version 2026-10, that the sandbox serves. A true subset: the contract test
 * (test/contracts/shopify-schema.test.ts) compares each type, field, argument and enum value with Shopify's own.
 */
import { buildSchema } from 'graphql';

const SDL = `
directive @idempotent(key: String!) on FIELD

schema { query: QueryRoot mutation: Mutation }

scalar DateTime
scalar Decimal
scalar Money
scalar UnsignedInt64

enum CurrencyCode {
  AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JOD JPY KES KRW KWD MAD MXN
  MYR NGN NOK NZD OMR PEN PHP PLN RON SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR
}
enum InventorySetQuantitiesUserErrorCode {
  CHANGE_FROM_QUANTITY_STALE IDEMPOTENCY_KEY_PARAMETER_MISMATCH INVALID_INVENTORY_ITEM INVALID_LOCATION
  INVALID_NAME INVALID_QUANTITY_NEGATIVE INVALID_QUANTITY_TOO_HIGH INVALID_REASON INVALID_REFERENCE_DOCUMENT
  NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR
}
enum OrderDisplayFinancialStatus { PAID PARTIALLY_REFUNDED REFUNDED }
enum OrderDisplayFulfillmentStatus { UNFULFILLED }
enum OrderSortKeys { ID UPDATED_AT }
enum ProductStatus { ACTIVE }
enum ProductVariantInventoryPolicy { CONTINUE }
enum ProductVariantSortKeys { ID }
enum RefundLineItemRestockType { CANCEL NO_RESTOCK }
enum WebhookSubscriptionFormat { JSON }
enum WebhookSubscriptionSortKeys { ID }
enum WebhookSubscriptionTopic { ORDERS_CANCELLED ORDERS_CREATE ORDERS_UPDATED }

interface Node { id: ID! }
interface DisplayableError { field: [String!] message: String! }

type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
type MoneyBag { shopMoney: MoneyV2! presentmentMoney: MoneyV2! }

type Shop implements Node { id: ID! name: String! myshopifyDomain: String! currencyCode: CurrencyCode! }
type Location implements Node {
  id: ID! legacyResourceId: UnsignedInt64! name: String! isActive: Boolean!
}
type LocationConnection { nodes: [Location!]! pageInfo: PageInfo! }

type Product implements Node { id: ID! title: String! status: ProductStatus! }
type ProductVariant implements Node {
  id: ID! legacyResourceId: UnsignedInt64! title: String! displayName: String! sku: String price: Money!
  inventoryPolicy: ProductVariantInventoryPolicy! product: Product! inventoryItem: InventoryItem!
}
type ProductVariantConnection { nodes: [ProductVariant!]! pageInfo: PageInfo! }
type InventoryItem implements Node {
  id: ID! legacyResourceId: UnsignedInt64! sku: String tracked: Boolean!
  inventoryLevel(locationId: ID!): InventoryLevel
}
type InventoryLevel implements Node {
  id: ID! isActive: Boolean! item: InventoryItem! location: Location!
  quantities(names: [String!]!): [InventoryQuantity!]!
}
type InventoryQuantity implements Node { id: ID! name: String! quantity: Int! }

type Order implements Node {
  id: ID! legacyResourceId: UnsignedInt64! name: String! test: Boolean!
  createdAt: DateTime! processedAt: DateTime! updatedAt: DateTime! cancelledAt: DateTime
  currencyCode: CurrencyCode!
  displayFinancialStatus: OrderDisplayFinancialStatus
  displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
  totalPriceSet: MoneyBag! currentTotalPriceSet: MoneyBag!
  lineItems(first: Int, after: String): LineItemConnection!
  refunds(first: Int): [Refund!]!
}
type OrderConnection { nodes: [Order!]! pageInfo: PageInfo! }
type LineItem implements Node {
  id: ID! title: String! name: String! sku: String quantity: Int! currentQuantity: Int!
  originalUnitPriceSet: MoneyBag!
}
type LineItemConnection { nodes: [LineItem!]! pageInfo: PageInfo! }
type Refund implements Node {
  id: ID! legacyResourceId: UnsignedInt64! createdAt: DateTime
  refundLineItems(first: Int, after: String): RefundLineItemConnection!
}
type RefundLineItem {
  id: ID lineItem: LineItem! quantity: Int! restockType: RefundLineItemRestockType! restocked: Boolean!
}
type RefundLineItemConnection { nodes: [RefundLineItem!]! pageInfo: PageInfo! }

type WebhookSubscription implements Node {
  id: ID! legacyResourceId: UnsignedInt64! topic: WebhookSubscriptionTopic! uri: String! name: String
  format: WebhookSubscriptionFormat! filter: String includeFields: [String!]!
}
type WebhookSubscriptionConnection { nodes: [WebhookSubscription!]! pageInfo: PageInfo! }
input WebhookSubscriptionInput {
  uri: String name: String format: WebhookSubscriptionFormat filter: String includeFields: [String!]
}
type UserError implements DisplayableError { field: [String!] message: String! }
type WebhookSubscriptionCreatePayload { webhookSubscription: WebhookSubscription userErrors: [UserError!]! }
type WebhookSubscriptionUpdatePayload { webhookSubscription: WebhookSubscription userErrors: [UserError!]! }

input InventoryQuantityInput { inventoryItemId: ID! locationId: ID! quantity: Int! changeFromQuantity: Int }
input InventorySetQuantitiesInput {
  name: String! reason: String! referenceDocumentUri: String quantities: [InventoryQuantityInput!]!
}
type InventoryAdjustmentGroup implements Node {
  id: ID! createdAt: DateTime! reason: String! referenceDocumentUri: String
}
type InventorySetQuantitiesUserError implements DisplayableError {
  code: InventorySetQuantitiesUserErrorCode field: [String!] message: String!
}
type InventorySetQuantitiesPayload {
  inventoryAdjustmentGroup: InventoryAdjustmentGroup
  userErrors: [InventorySetQuantitiesUserError!]!
}

type QueryRoot {
  shop: Shop!
  location(id: ID): Location
  locations(first: Int, after: String): LocationConnection!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  productVariants(first: Int, after: String, query: String, sortKey: ProductVariantSortKeys = ID): ProductVariantConnection!
  order(id: ID!): Order
  orders(first: Int, after: String, query: String, sortKey: OrderSortKeys): OrderConnection!
  webhookSubscriptions(first: Int, after: String, topics: [WebhookSubscriptionTopic!], sortKey: WebhookSubscriptionSortKeys): WebhookSubscriptionConnection!
}
type Mutation {
  inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
  webhookSubscriptionCreate(topic: WebhookSubscriptionTopic!, webhookSubscription: WebhookSubscriptionInput!): WebhookSubscriptionCreatePayload
  webhookSubscriptionUpdate(id: ID!, webhookSubscription: WebhookSubscriptionInput!): WebhookSubscriptionUpdatePayload
}
`;

export const schema = buildSchema(SDL);

/** Currencies that a sandbox shop can have. */
export const CURRENCIES: ReadonlySet<string> = new Set(currencyNames());

function currencyNames(): readonly string[] {
  const type = schema.getType('CurrencyCode');
  return type && 'getValues' in type ? type.getValues().map((value) => value.name) : [];
}
