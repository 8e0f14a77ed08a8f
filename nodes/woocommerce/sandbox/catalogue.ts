/** The products of the shop and their counts. */
import { performance } from 'node:perf_hooks';
import type { SandboxCountChange } from '#nodes/kit/sandbox.ts';
import type { Ground } from './ground.ts';
import type { Product, ShopOrder } from './state.ts';

type NewProduct = Pick<
  Product,
  | 'type'
  | 'parentId'
  | 'name'
  | 'sku'
  | 'price'
  | 'manageStock'
  | 'quantity'
  | 'attributes'
  | 'backorders'
  | 'barcode'
>;
type Cause = SandboxCountChange['cause'];

export class Catalogue {
  readonly #ground: Ground;
  readonly #byId = new Map<number, Product>();
  readonly #bySku = new Map<string, Product>();
  /** Without variations, oldest first. */
  readonly #shown: Product[] = [];
  /** Variations of all products, oldest first. */
  readonly #variations: Product[] = [];
  readonly #listeners: ((change: SandboxCountChange) => void)[] = [];

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Products as `/products` lists them, oldest first: no variations. */
  get shown(): readonly Product[] {
    return this.#shown;
  }

  /** Variations of all products, as `/variations` lists them. */
  get variations(): readonly Product[] {
    return this.#variations;
  }

  /** Products and variations that have a SKU. */
  get withSku(): Iterable<Product> {
    return this.#bySku.values();
  }

  byId(id: number): Product | undefined {
    return this.#byId.get(id);
  }

  bySku(sku: string): Product | undefined {
    return this.#bySku.get(sku);
  }

  onCountChange(listener: (change: SandboxCountChange) => void): void {
    this.#listeners.push(listener);
  }

  add(fields: NewProduct): Product {
    const now = this.#ground.now();
    const id = this.#ground.next('post');
    const product: Product = { ...fields, id, createdMs: now, modifiedMs: now, sales: 0, variationIds: [] };
    this.restore(product);
    this.#ground.keep({ product });
    const parent = this.#byId.get(product.parentId);
    if (parent) {
      parent.variationIds.push(id);
      parent.modifiedMs = now;
      this.#ground.keep({ product: parent });
    }
    return product;
  }

  /** Puts a product in its place, as it was when the shop closed. */
  restore(product: Product): void {
    const known = this.#byId.get(product.id);
    if (known) {
      this.#bySku.delete(known.sku);
      Object.assign(known, product);
    } else {
      this.#byId.set(product.id, product);
      (product.type === 'variation' ? this.#variations : this.#shown).push(product);
    }
    if (product.sku) this.#bySku.set(product.sku, known ?? product);
  }

  /** Deleted for good. */
  remove(product: Product): void {
    this.#byId.delete(product.id);
    this.#bySku.delete(product.sku);
    const list = product.type === 'variation' ? this.#variations : this.#shown;
    list.splice(list.indexOf(product), 1);
    this.#ground.keep({ productGone: product.id });
    this.#ground.announce('product.deleted', product.id);
  }

  edit(
    product: Product,
    fields: Partial<Pick<Product, 'name' | 'sku' | 'price' | 'manageStock' | 'backorders' | 'barcode'>>,
  ): void {
    this.restore({ ...product, ...fields, modifiedMs: this.#ground.now() });
    this.#ground.keep({ product });
    this.#ground.announce('product.updated', product.id);
  }

  /** The product whose count a sale of this one changes; undefined: none is counted. */
  countedBy(product: Product): Product | undefined {
    if (product.manageStock) return product;
    const parent = this.#byId.get(product.parentId);
    return parent?.manageStock ? parent : undefined;
  }

  /** Sets a count, below zero if need be; null: the shop no longer counts it. `order` is the one that caused it. */
  setQuantity(product: Product, quantity: number | null, cause: Cause, order?: ShopOrder): void {
    if (product.quantity === quantity) return;
    product.quantity = quantity;
    product.modifiedMs = this.#ground.now();
    this.#ground.keep({ count: [product.id, quantity, product.modifiedMs] });
    this.#ground.announce('product.updated', product.id);
    if (quantity === null) return;
    const atMs = performance.timeOrigin + performance.now();
    const change = { sku: product.sku, quantity, cause, orderId: order ? String(order.id) : null, atMs };
    for (const listener of this.#listeners) listener(change);
  }

  changeQuantity(product: Product, delta: number, cause: Cause, order: ShopOrder): void {
    this.setQuantity(product, (product.quantity ?? 0) + delta, cause, order);
  }
}
