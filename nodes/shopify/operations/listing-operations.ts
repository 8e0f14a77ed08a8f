/** What the shop sells, page by page or in bulk. */
import { z } from 'zod';
import { Id, type Operation, PageInfo, UserErrors } from './operation.ts';

export const Level = z.object({ quantities: z.array(z.object({ quantity: z.int() })) }).nullable();

/** A variant as far as a listing needs it; the same fields in a page and in a bulk file. */
export const VariantRow = z.object({
  id: Id,
  title: z.string(),
  barcode: z.string().nullable(),
  inventoryPolicy: z.string(),
  product: z.object({ id: Id, title: z.string(), status: z.string() }),
  inventoryItem: z.object({
    id: Id,
    sku: z.string().nullable(),
    tracked: z.boolean(),
    inventoryLevel: Level,
  }),
});
export type VariantRow = z.infer<typeof VariantRow>;

const variantFields = (location: string) => `id title barcode inventoryPolicy
      product { id title status }
      inventoryItem {
        id sku tracked
        inventoryLevel(locationId: ${location}) { quantities(names: ["available"]) { quantity } }
      }`;

/** Sorted by id, so that a listing that changes meanwhile is neither skipped nor shown twice. */
export const listingPage = {
  name: 'ListingPage',
  document: `query ListingPage($first: Int!, $after: String, $query: String, $location: ID!) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    pageInfo { hasNextPage endCursor }
    nodes {
      ${variantFields('$location')}
    }
  }
}`,
  answer: z.object({ productVariants: z.object({ pageInfo: PageInfo, nodes: z.array(VariantRow) }) }),
} satisfies Operation<unknown>;

/** Shopify counts no further than 25,001. */
export const variantCount = {
  name: 'VariantCount',
  document: `query VariantCount {
  productVariantsCount(limit: null) { count }
}`,
  answer: z.object({ productVariantsCount: z.object({ count: z.int() }).nullable() }),
} satisfies Operation<unknown>;

/** The variants of one product: it has 2,048 at most, and a page is enough for nearly all. */
export const productListings = {
  name: 'ProductListings',
  document: `query ProductListings($id: ID!, $after: String, $location: ID!) {
  node(id: $id) {
    ... on Product {
      variants(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          ${variantFields('$location')}
        }
      }
    }
  }
}`,
  answer: z.object({
    node: z
      .object({ variants: z.object({ pageInfo: PageInfo, nodes: z.array(VariantRow) }).optional() })
      .nullable(),
  }),
} satisfies Operation<unknown>;

/**
 * The query that Shopify runs aside. Without a sort key: with one, records go missing (estuary/connectors#4679).
 * @param location a global id; bulk queries take no variables.
 */
export function bulkListingQuery(location: string): string {
  return `{
  productVariants {
    edges {
      node {
        ${variantFields(JSON.stringify(location))}
      }
    }
  }
}`;
}

const BulkOperation = z.object({ id: Id, status: z.string() });

export const runBulkQuery = {
  name: 'RunBulkQuery',
  document: `mutation RunBulkQuery($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { code field message }
  }
}`,
  answer: z.object({
    bulkOperationRunQuery: z
      .object({ bulkOperation: BulkOperation.nullable(), userErrors: UserErrors })
      .nullable(),
  }),
} satisfies Operation<unknown>;

const BigNumber = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(Number);

export const bulkState = {
  name: 'BulkState',
  document: `query BulkState($id: ID!) {
  bulkOperation(id: $id) { id status errorCode objectCount fileSize url }
}`,
  answer: z.object({
    bulkOperation: BulkOperation.extend({
      errorCode: z.string().nullable(),
      objectCount: BigNumber,
      fileSize: BigNumber.nullable(),
      url: z.url({ protocol: /^https?$/ }).nullable(),
    }).nullable(),
  }),
} satisfies Operation<unknown>;
