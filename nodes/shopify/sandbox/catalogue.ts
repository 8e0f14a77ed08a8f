/** The shop's products and their counts, in memory for speed and written through to the database. */
import type { DatabaseSync } from 'node:sqlite';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { SandboxCountChange, SandboxProduct } from '../../kit/sandbox.ts';
import { NotBookable } from './not-bookable.ts';

export interface Product {
  readonly seq: number;
  /** '': the product has none. */
  readonly sku: string;
  readonly title: string;
  /** Decimal text. */
  readonly price: string;
  /** Units available at the shop's first location, below zero where more was sold than was there; null: not counted. */
  readonly quantity: number | null;
  readonly barcode: string | null;
  /** "Continue selling when out of stock". */
  readonly oversell: boolean;
  /** Deleted by staff; orders still name it. */
  readonly removed: boolean;
}

/** What staff change in a product's form. */
export interface ProductEdit {
  readonly sku?: string;
  readonly title?: string;
  readonly barcode?: string | null;
  readonly oversell?: boolean;
  /** false: the shop no longer counts it. */
  readonly tracked?: boolean;
  readonly removed?: boolean;
}

/** Why a count moved. */
export type Cause = Pick<SandboxCountChange, 'cause' | 'orderId'>;

export interface Catalogue {
  /** How many products there are, removed ones included; their running numbers go from 1 to this. */
  size(): number;
  bySeq(seq: number): Product | undefined;
  /** The first product with this SKU that is not removed. */
  bySku(sku: string): Product | undefined;
  /** Without removed ones. */
  all(): Iterable<Product>;
  /** Adds what is new; a product whose SKU is known keeps everything that it has. One bad product stops all. */
  add(products: readonly SandboxProduct[]): void;
  /** @throws {NotBookable} when there is no such product. */
  edit(sku: string, edit: ProductEdit): Product;
  /** Moves a count by so many units; a product that is not counted is left alone. Call `announce` once it is safe. */
  move(seq: number, delta: number, cause: Cause): void;
  onCountChange(listener: (change: SandboxCountChange, product: Product) => void): void;
  /** Tells the listeners of the writes since the last call, in their order. */
  announce(): void;
}

export function openCatalogue(database: DatabaseSync, currency: string): Catalogue {
  const insert = database.prepare('INSERT OR REPLACE INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const update = database.prepare('UPDATE products SET quantity = ? WHERE seq = ?');
  const products: Product[] = [];
  const bySku = new Map<string, number>();
  const listeners: ((change: SandboxCountChange, product: Product) => void)[] = [];
  let unannounced: { readonly change: SandboxCountChange; readonly product: Product }[] = [];

  const find = (sku: string): Product | undefined => {
    const known = products[(bySku.get(sku) ?? 0) - 1];
    if (known?.sku === sku && !known.removed) return known;
    return products.find((product) => product.sku === sku && !product.removed);
  };
  const keep = (product: Product): void => {
    products[product.seq - 1] = product;
    if (!bySku.has(product.sku)) bySku.set(product.sku, product.seq);
  };
  const save = (product: Product): Product => {
    const { seq, sku, title, price, quantity, barcode, oversell, removed } = product;
    insert.run(seq, sku, title, price, quantity, barcode, oversell ? 1 : 0, removed ? 1 : 0);
    keep(product);
    return product;
  };
  for (const row of database.prepare('SELECT * FROM products ORDER BY seq').all()) keep(productOf(row));

  return {
    size: () => products.length,
    bySeq: (seq) => products[seq - 1],
    bySku: find,
    all: () => products.filter((product) => !product.removed),
    add: (wanted) => {
      for (const product of wanted) check(product, currency);
      for (const { barcode = null, oversell = false, ...product } of wanted) {
        const known =
          product.sku === '' ? products.some(({ title }) => title === product.title) : bySku.has(product.sku);
        if (!known) save({ ...product, seq: products.length + 1, barcode, oversell, removed: false });
      }
    },
    edit: (sku, { tracked, ...edit }) => {
      const product = find(sku);
      if (!product) throw new NotBookable(`the shop has no product with SKU "${sku}"`);
      const quantity = tracked === undefined ? product.quantity : tracked ? (product.quantity ?? 0) : null;
      return save({ ...product, ...edit, quantity });
    },
    move: (seq, delta, cause) => {
      const product = products[seq - 1];
      if (!product) throw new Error(`no product ${seq}`);
      if (product.quantity === null) return;
      const quantity = product.quantity + delta;
      update.run(quantity, seq);
      const moved = { ...product, quantity };
      keep(moved);
      const atMs = performance.timeOrigin + performance.now();
      unannounced.push({ change: { sku: product.sku, quantity, ...cause, atMs }, product: moved });
    },
    onCountChange: (listener) => {
      listeners.push(listener);
    },
    announce: () => {
      const changes = unannounced;
      unannounced = [];
      for (const { change, product } of changes) {
        for (const listener of listeners) listener(change, product);
      }
    },
  };
}

function check({ sku, price, quantity }: SandboxProduct, currency: string): void {
  moneyFromDecimal(price, currency);
  if (quantity !== null && !Number.isSafeInteger(quantity))
    throw new Error(`"${sku}" with ${quantity} units is no product`);
}

function productOf(row: Record<string, unknown>): Product {
  const { seq, sku, title, price, quantity, barcode, oversell, removed } = row;
  return {
    seq: Number(seq),
    sku: String(sku),
    title: String(title),
    price: String(price),
    quantity: quantity === null ? null : Number(quantity),
    barcode: barcode === null ? null : String(barcode),
    oversell: oversell === 1,
    removed: removed === 1,
  };
}
