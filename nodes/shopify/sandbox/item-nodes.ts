/** Products, variants, items and levels as GraphQL shows them. A product has one variant, a variant one item. */
import { GraphQLError } from 'graphql';
import type { Catalogue, Product } from './catalogue.ts';
import { gid, idOf, LOCATION_GID, LOCATION_ID } from './ids.ts';

export const locationNode = {
  __typename: 'Location',
  id: LOCATION_GID,
  legacyResourceId: String(LOCATION_ID),
  name: 'Warehouse',
  isActive: true,
};

export function productNode(product: Product) {
  return {
    __typename: 'Product',
    id: gid('Product', idOf('Product', product.seq)),
    title: product.title,
    status: 'ACTIVE',
  };
}

export function variantNode(product: Product) {
  const id = idOf('ProductVariant', product.seq);
  return {
    __typename: 'ProductVariant',
    id: gid('ProductVariant', id),
    legacyResourceId: String(id),
    title: 'Default Title',
    displayName: `${product.title} - Default Title`,
    sku: product.sku,
    price: product.price,
    inventoryPolicy: 'CONTINUE',
    product: () => productNode(product),
    inventoryItem: () => itemNode(product),
  };
}

export function itemNode(product: Product) {
  const id = idOf('InventoryItem', product.seq);
  return {
    __typename: 'InventoryItem',
    id: gid('InventoryItem', id),
    legacyResourceId: String(id),
    sku: product.sku,
    tracked: product.quantity !== null,
    inventoryLevel: ({ locationId }: { locationId: string }) =>
      locationId === LOCATION_GID ? levelNode(product) : null,
  };
}

function levelNode(product: Product) {
  const id = `gid://shopify/InventoryLevel/${LOCATION_ID}?inventory_item_id=${idOf('InventoryItem', product.seq)}`;
  return {
    __typename: 'InventoryLevel',
    id,
    isActive: true,
    item: () => itemNode(product),
    location: locationNode,
    quantities: ({ names }: { names: readonly string[] }) => {
      const unknown = names.find((name) => name !== 'available');
      if (unknown) throw new GraphQLError(`The sandbox keeps no quantity "${unknown.slice(0, 40)}".`);
      const quantityId = id.replace('InventoryLevel', 'InventoryQuantity');
      return [
        {
          __typename: 'InventoryQuantity',
          id: quantityId,
          name: 'available',
          quantity: product.quantity ?? 0,
        },
      ];
    },
  };
}

/** Variants behind a running number: running numbers have no gaps. */
export function productsAfter(catalogue: Catalogue, seq: number, count: number): readonly Product[] {
  const products: Product[] = [];
  for (let next = seq + 1; products.length < count && next <= catalogue.size(); next++) {
    const product = catalogue.bySeq(next);
    if (product) products.push(product);
  }
  return products;
}
