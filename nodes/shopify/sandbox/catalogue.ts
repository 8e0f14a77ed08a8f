/** The shop's products and their counts, in memory for speed and written through to the database. */
import type { DatabaseSync } from 'node:sqlite';
import { moneyFromDecimal } from '#runtime/money.ts';
import type { SandboxCountChange, SandboxProduct } from '../../kit/sandbox.ts';

export interface Product {
  readonly seq: number;
  readonly sku: string;
  readonly title: string;
  /** Decimal text. */
  readonly price: string;
  /** Units available, below zero where more was sold than was there; null: not counted. */
  readonly quantity: number | null;
}

/** Why a count moved. */
export type Cause = Pick<SandboxCountChange, 'cause' | 'orderId'>;

export interface Catalogue {
  /** How many products there are; their running numbers go from 1 to this. */
  size(): number;
  bySeq(seq: number): Product | undefined;
  bySku(sku: string): Product | undefined;
  all(): Iterable<Product>;
  /** Adds what is new; a product whose SKU is known keeps everything that it has. One bad product stops all. */
  add(products: readonly SandboxProduct[]): void;
  /** Moves a count by so many units; a product that is not counted is left alone. Call `announce` once it is safe. */
  move(seq: number, delta: number, cause: Cause): void;
  onCountChange(listener: (change: SandboxCountChange) => void): void;
  /** Tells the listeners of the writes since the last call, in their order. */
  announce(): void;
}

export function openCatalogue(database: DatabaseSync, currency: string): Catalogue {
  const insert = database.prepare('INSERT INTO products VALUES (?, ?, ?, ?, ?)');
  const update = database.prepare('UPDATE products SET quantity = ? WHERE seq = ?');
  const products: Product[] = [];
  const bySku = new Map<string, Product>();
  const listeners: ((change: SandboxCountChange) => void)[] = [];
  let unannounced: SandboxCountChange[] = [];

  const keep = (product: Product): void => {
    products[product.seq - 1] = product;
    bySku.set(product.sku, product);
  };
  for (const row of database.prepare('SELECT * FROM products ORDER BY seq').all()) keep(productOf(row));

  return {
    size: () => products.length,
    bySeq: (seq) => products[seq - 1],
    bySku: (sku) => bySku.get(sku),
    all: () => products,
    add: (wanted) => {
      for (const product of wanted) check(product, currency);
      for (const { sku, title, price, quantity } of wanted) {
        if (bySku.has(sku)) continue;
        const product: Product = { seq: products.length + 1, sku, title, price, quantity };
        insert.run(product.seq, sku, title, price, quantity);
        keep(product);
      }
    },
    move: (seq, delta, cause) => {
      const product = products[seq - 1];
      if (!product) throw new Error(`no product ${seq}`);
      if (product.quantity === null) return;
      const quantity = product.quantity + delta;
      update.run(quantity, seq);
      keep({ ...product, quantity });
      const atMs = performance.timeOrigin + performance.now();
      unannounced.push({ sku: product.sku, quantity, ...cause, atMs });
    },
    onCountChange: (listener) => {
      listeners.push(listener);
    },
    announce: () => {
      const changes = unannounced;
      unannounced = [];
      for (const change of changes) for (const listener of listeners) listener(change);
    },
  };
}

function check({ sku, price, quantity }: SandboxProduct, currency: string): void {
  moneyFromDecimal(price, currency);
  if (sku === '' || (quantity !== null && !Number.isSafeInteger(quantity)))
    throw new Error(`"${sku}" with ${quantity} units is no product`);
}

function productOf(row: Record<string, unknown>): Product {
  const { seq, sku, title, price, quantity } = row;
  return {
    seq: Number(seq),
    sku: String(sku),
    title: String(title),
    price: String(price),
    quantity: quantity === null ? null : Number(quantity),
  };
}
