/** Counts: read and written. */
import { z } from 'zod';
import { Level } from './listing-operations.ts';
import { Id, type Operation } from './operation.ts';

export const itemLevels = {
  name: 'ItemLevels',
  document: `query ItemLevels($ids: [ID!]!, $location: ID!) {
  nodes(ids: $ids) {
    ... on InventoryItem {
      id
      tracked
      inventoryLevel(locationId: $location) { quantities(names: ["available"]) { quantity } }
    }
  }
}`,
  answer: z.object({
    nodes: z.array(z.object({ id: Id, tracked: z.boolean(), inventoryLevel: Level }).nullable()),
  }),
} satisfies Operation<unknown>;

/** Since 2026-04 both the directive and `changeFromQuantity` in each quantity are obligatory. */
export const setQuantities = {
  name: 'SetQuantities',
  document: `mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes(quantityNames: ["available"]) { item { id } location { id } } }
    userErrors { code field message }
  }
}`,
  answer: z.object({
    inventorySetQuantities: z.object({
      inventoryAdjustmentGroup: z
        .object({
          changes: z.array(
            z.object({ item: z.object({ id: Id }).nullable(), location: z.object({ id: Id }).nullable() }),
          ),
        })
        .nullable(),
      userErrors: z.array(
        z.object({
          code: z.string().nullable(),
          field: z.array(z.string()).nullable(),
          message: z.string(),
        }),
      ),
    }),
  }),
} satisfies Operation<unknown>;
