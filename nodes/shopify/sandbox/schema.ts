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
scalar URL
scalar UnsignedInt64

enum BulkOperationErrorCode { ACCESS_DENIED INTERNAL_SERVER_ERROR TIMEOUT }
enum BulkOperationStatus { CANCELED CANCELING COMPLETED CREATED EXPIRED FAILED RUNNING }
enum BulkOperationUserErrorCode { INVALID LIMIT_REACHED OPERATION_IN_PROGRESS }
enum CountPrecision { AT_LEAST EXACT }

enum CurrencyCode {
  AED ARS AUD BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JOD JPY KES KRW KWD MAD MXN
  MYR NGN NOK NZD OMR PEN PHP PLN RON SAR SEK SGD THB TND TRY TWD UAH USD VND ZAR
}
enum InventorySetQuantitiesUserErrorCode {
  CHANGE_FROM_QUANTITY_STALE IDEMPOTENCY_KEY_PARAMETER_MISMATCH INVALID_INVENTORY_ITEM INVALID_LOCATION
  INVALID_NAME INVALID_QUANTITY_NEGATIVE INVALID_QUANTITY_TOO_HIGH INVALID_REASON INVALID_REFERENCE_DOCUMENT
  NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR
}
enum FulfillmentOrderAction { CREATE_FULFILLMENT }
enum FulfillmentOrderStatus { CANCELLED CLOSED INCOMPLETE IN_PROGRESS ON_HOLD OPEN SCHEDULED }
enum FulfillmentStatus { CANCELLED ERROR FAILURE SUCCESS }
enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
enum OrderCancelUserErrorCode { INTERNAL_ERROR INVALID NOT_FOUND NO_REFUND_PERMISSION }
enum OrderDisplayFinancialStatus { PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED }
enum OrderDisplayFulfillmentStatus { FULFILLED PARTIALLY_FULFILLED UNFULFILLED }
enum OrderSortKeys { ID PROCESSED_AT UPDATED_AT }
enum OrderTransactionKind { REFUND SALE }
enum OrderTransactionStatus { ERROR FAILURE PENDING SUCCESS }
enum ProductStatus { ACTIVE ARCHIVED DRAFT }
enum ProductVariantInventoryPolicy { CONTINUE DENY }
enum ProductVariantSortKeys { ID }
enum RefundLineItemRestockType { CANCEL NO_RESTOCK RETURN }
enum SuggestedOrderTransactionKind { SUGGESTED_REFUND }
enum WebhookSubscriptionFormat { JSON }
enum WebhookSubscriptionSortKeys { ID }
enum WebhookSubscriptionTopic {
  APP_SCOPES_UPDATE APP_UNINSTALLED INVENTORY_LEVELS_UPDATE ORDERS_CANCELLED ORDERS_CREATE ORDERS_EDITED
  ORDERS_FULFILLED ORDERS_PAID ORDERS_PARTIALLY_FULFILLED ORDERS_UPDATED PRODUCTS_CREATE PRODUCTS_DELETE
  PRODUCTS_UPDATE REFUNDS_CREATE
}

interface Node { id: ID! }
interface DisplayableError { field: [String!] message: String! }

type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
type MoneyBag { shopMoney: MoneyV2! presentmentMoney: MoneyV2! }

type Shop implements Node { id: ID! name: String! myshopifyDomain: String! currencyCode: CurrencyCode! }
type AccessScope { handle: String! }
type ApiVersion { handle: String! displayName: String! supported: Boolean! }
type AppInstallation implements Node { id: ID! accessScopes: [AccessScope!]! }
type Count { count: Int! precision: CountPrecision! }
type Job { id: ID! done: Boolean! }
type Location implements Node {
  id: ID! legacyResourceId: UnsignedInt64! name: String! isActive: Boolean! fulfillsOnlineOrders: Boolean!
}
type LocationConnection { nodes: [Location!]! pageInfo: PageInfo! }

type Product implements Node {
  id: ID! title: String! status: ProductStatus! variants(first: Int, after: String): ProductVariantConnection!
}
type ProductVariant implements Node {
  id: ID! legacyResourceId: UnsignedInt64! title: String! displayName: String! sku: String barcode: String
  price: Money! inventoryPolicy: ProductVariantInventoryPolicy! product: Product! inventoryItem: InventoryItem!
}
type ProductVariantEdge { node: ProductVariant! cursor: String! }
type ProductVariantConnection {
  nodes: [ProductVariant!]! edges: [ProductVariantEdge!]! pageInfo: PageInfo!
}
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
  id: ID! legacyResourceId: UnsignedInt64! name: String! note: String test: Boolean!
  createdAt: DateTime! processedAt: DateTime! updatedAt: DateTime!
  cancelledAt: DateTime cancelReason: OrderCancelReason
  currencyCode: CurrencyCode!
  displayFinancialStatus: OrderDisplayFinancialStatus
  displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
  totalPriceSet: MoneyBag! currentTotalPriceSet: MoneyBag! totalRefundedSet: MoneyBag!
  lineItems(first: Int, after: String): LineItemConnection!
  refunds(first: Int): [Refund!]!
  fulfillments(first: Int): [Fulfillment!]!
  fulfillmentOrders(first: Int, after: String): FulfillmentOrderConnection!
  suggestedRefund(refundLineItems: [RefundLineItemInput!], refundShipping: Boolean, suggestFullRefund: Boolean): SuggestedRefund
}
type OrderConnection { nodes: [Order!]! pageInfo: PageInfo! }
type LineItem implements Node {
  id: ID! title: String! variantTitle: String name: String! sku: String quantity: Int! currentQuantity: Int!
  refundableQuantity: Int! unfulfilledQuantity: Int! originalUnitPriceSet: MoneyBag! variant: ProductVariant
}
type LineItemConnection { nodes: [LineItem!]! pageInfo: PageInfo! }
type Refund implements Node {
  id: ID! legacyResourceId: UnsignedInt64! createdAt: DateTime note: String totalRefundedSet: MoneyBag!
  refundLineItems(first: Int, after: String): RefundLineItemConnection!
  transactions(first: Int, after: String): OrderTransactionConnection!
}
type RefundLineItem {
  id: ID lineItem: LineItem! quantity: Int! restockType: RefundLineItemRestockType! restocked: Boolean!
  location: Location
}
type OrderTransaction implements Node {
  id: ID! kind: OrderTransactionKind! status: OrderTransactionStatus! gateway: String amountSet: MoneyBag!
}
type OrderTransactionConnection { nodes: [OrderTransaction!]! pageInfo: PageInfo! }
type SuggestedOrderTransaction {
  kind: SuggestedOrderTransactionKind! gateway: String amountSet: MoneyBag! parentTransaction: OrderTransaction
}
type SuggestedRefund { amountSet: MoneyBag! suggestedTransactions: [SuggestedOrderTransaction!]! }
type FulfillmentTrackingInfo { company: String number: String url: URL }
type FulfillmentLineItem implements Node { id: ID! quantity: Int lineItem: LineItem! }
type FulfillmentLineItemConnection { nodes: [FulfillmentLineItem!]! pageInfo: PageInfo! }
type Fulfillment implements Node {
  id: ID! createdAt: DateTime! status: FulfillmentStatus! trackingInfo(first: Int): [FulfillmentTrackingInfo!]!
  fulfillmentLineItems(first: Int, after: String): FulfillmentLineItemConnection!
}
type FulfillmentOrderAssignedLocation { name: String! location: Location }
type FulfillmentOrderSupportedAction { action: FulfillmentOrderAction! }
type FulfillmentOrderLineItem implements Node {
  id: ID! totalQuantity: Int! remainingQuantity: Int! lineItem: LineItem!
}
type FulfillmentOrderLineItemConnection { nodes: [FulfillmentOrderLineItem!]! pageInfo: PageInfo! }
type FulfillmentOrder implements Node {
  id: ID! status: FulfillmentOrderStatus! assignedLocation: FulfillmentOrderAssignedLocation!
  supportedActions: [FulfillmentOrderSupportedAction!]!
  lineItems(first: Int, after: String): FulfillmentOrderLineItemConnection!
}
type FulfillmentOrderConnection { nodes: [FulfillmentOrder!]! pageInfo: PageInfo! }
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
  changes(inventoryItemIds: [ID!], quantityNames: [String!]): [InventoryChange!]!
}
type InventoryChange {
  name: String! delta: Int! quantityAfterChange: Int item: InventoryItem location: Location
}
type InventorySetQuantitiesUserError implements DisplayableError {
  code: InventorySetQuantitiesUserErrorCode field: [String!] message: String!
}
type InventorySetQuantitiesPayload {
  inventoryAdjustmentGroup: InventoryAdjustmentGroup
  userErrors: [InventorySetQuantitiesUserError!]!
}

input FulfillmentOrderLineItemInput { id: ID! quantity: Int! }
input FulfillmentOrderLineItemsInput {
  fulfillmentOrderId: ID! fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!]
}
input FulfillmentTrackingInput { company: String number: String url: URL }
input FulfillmentInput {
  lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]! notifyCustomer: Boolean trackingInfo: FulfillmentTrackingInput
}
type FulfillmentCreatePayload { fulfillment: Fulfillment userErrors: [UserError!]! }
input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
type OrderCancelUserError implements DisplayableError {
  code: OrderCancelUserErrorCode field: [String!] message: String!
}
type OrderCancelPayload { job: Job orderCancelUserErrors: [OrderCancelUserError!]! }
input OrderInput { id: ID! note: String }
type OrderUpdatePayload { order: Order userErrors: [UserError!]! }
input OrderTransactionInput {
  amount: Money! gateway: String! kind: OrderTransactionKind! orderId: ID! parentId: ID
}
input RefundLineItemInput {
  lineItemId: ID! quantity: Int! restockType: RefundLineItemRestockType locationId: ID
}
input ShippingRefundInput { amount: Money fullRefund: Boolean }
input RefundInput {
  orderId: ID! note: String notify: Boolean currency: CurrencyCode refundLineItems: [RefundLineItemInput!]
  shipping: ShippingRefundInput transactions: [OrderTransactionInput!]
}
type RefundCreatePayload { refund: Refund userErrors: [UserError!]! }

type BulkOperation implements Node {
  id: ID! status: BulkOperationStatus! errorCode: BulkOperationErrorCode query: String!
  createdAt: DateTime! completedAt: DateTime objectCount: UnsignedInt64! rootObjectCount: UnsignedInt64!
  fileSize: UnsignedInt64 url: URL partialDataUrl: URL
}
type BulkOperationUserError implements DisplayableError {
  code: BulkOperationUserErrorCode field: [String!] message: String!
}
type BulkOperationRunQueryPayload { bulkOperation: BulkOperation userErrors: [BulkOperationUserError!]! }

type QueryRoot {
  bulkOperation(id: ID!): BulkOperation
  currentAppInstallation: AppInstallation!
  job(id: ID!): Job
  productVariantsCount(query: String, limit: Int = 10000): Count
  publicApiVersions: [ApiVersion!]!
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
  bulkOperationRunQuery(query: String!, groupObjects: Boolean! = false): BulkOperationRunQueryPayload
  fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
  inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
  orderCancel(
    orderId: ID! reason: OrderCancelReason! restock: Boolean! notifyCustomer: Boolean = false staffNote: String
    refundMethod: OrderCancelRefundMethodInput
  ): OrderCancelPayload
  orderUpdate(input: OrderInput!): OrderUpdatePayload
  refundCreate(input: RefundInput!): RefundCreatePayload
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
