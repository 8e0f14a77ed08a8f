/** Products, variants, items and levels as GraphQL shows them. A product has one variant, a variant one item. */
import { GraphQLError } from 'graphql';
import type { Catalogue, Product } from './catalogue.ts';
import { gid, idOf, LOCATION_ID, seqOf } from './ids.ts';
import type { Levels } from './levels.ts';
import { indexPage, type PageArguments } from './page.ts';

/** The shop's location with a number, from 0; the first one is where it sells from. */
export function locationNode(index: number, name = 'Warehouse') {
  const id = LOCATION_ID + index;
  return {
    __typename: 'Location',
    id: gid('Location', id),
    legacyResourceId: String(id),
    name,
    isActive: true,
    fulfillsOnlineOrders: true,
  };
}

/** The number of a location, from 0, by its global id; null: the shop has no such one. */
export function locationIndex(globalId: string, names: readonly string[]): number | null {
  const index = (seqOf('Location', globalId) ?? 0) - 1;
  return index >= 0 && index < names.length ? index : null;
}

export interface ItemNodes {
  product(product: Product): unknown;
  variant(product: Product): unknown;
  item(product: Product): unknown;
}

/** Makes the nodes of one shop's products. */
export function itemNodes(levels: Levels, locations: readonly string[]): ItemNodes {
  const nodes: ItemNodes = {
    product: (product) => ({
      __typename: 'Product',
      id: gid('Product', idOf('Product', product.seq)),
      title: product.title,
      status: 'ACTIVE',
      variants: (page: PageArguments) => indexPage(1, page, () => nodes.variant(product)),
    }),
    variant: (product) => {
      const id = idOf('ProductVariant', product.seq);
      return {
        __typename: 'ProductVariant',
        id: gid('ProductVariant', id),
        legacyResourceId: String(id),
        title: 'Default Title',
        displayName: `${product.title} - Default Title`,
        sku: product.sku || null,
        barcode: product.barcode,
        price: product.price,
        inventoryPolicy: product.oversell ? 'CONTINUE' : 'DENY',
        product: () => nodes.product(product),
        inventoryItem: () => nodes.item(product),
      };
    },
    item: (product) => {
      const id = idOf('InventoryItem', product.seq);
      return {
        __typename: 'InventoryItem',
        id: gid('InventoryItem', id),
        legacyResourceId: String(id),
        sku: product.sku || null,
        tracked: product.quantity !== null,
        inventoryLevel: ({ locationId }: { locationId: string }) => {
          const index = locationIndex(locationId, locations);
          const available = index === null ? null : availableAt(product, index, levels);
          return index === null || available === null ? null : level(product, index, available);
        },
      };
    },
  };
  const level = (product: Product, index: number, available: number) => {
    const path = `${LOCATION_ID + index}?inventory_item_id=${idOf('InventoryItem', product.seq)}`;
    return {
      __typename: 'InventoryLevel',
      id: `gid://shopify/InventoryLevel/${path}`,
      isActive: true,
      item: () => nodes.item(product),
      location: locationNode(index, locations[index]),
      quantities: ({ names }: { names: readonly string[] }) => {
        const unknown = names.find((name) => name !== 'available');
        if (unknown) throw new GraphQLError(`The sandbox keeps no quantity "${unknown.slice(0, 40)}".`);
        const id = `gid://shopify/InventoryQuantity/${path}`;
        return [{ __typename: 'InventoryQuantity', id, name: 'available', quantity: available }];
      },
    };
  };
  return nodes;
}

/** null: never stocked there. */
export function availableAt(product: Product, location: number, levels: Levels): number | null {
  return location === 0 ? (product.quantity ?? 0) : levels.at(product.seq, location);
}

/** Products behind a running number, removed ones left out: running numbers have no gaps. */
export function productsAfter(catalogue: Catalogue, seq: number, count: number): readonly Product[] {
  const products: Product[] = [];
  for (let next = seq + 1; products.length < count && next <= catalogue.size(); next++) {
    const product = catalogue.bySeq(next);
    if (product && !product.removed) products.push(product);
  }
  return products;
}
