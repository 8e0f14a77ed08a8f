/** From changed levels to all that they change: each kit that uses a changed component is derived anew. */
import type { Sku } from '../ids.ts';
import type { StockLedger } from '../stock/ledger.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import type { Kit } from './kit.ts';
import { kitLevel } from './kit-level.ts';

/** A client's kits, found by their own SKU and by those of their components. */
export class KitBook {
  readonly #bySku: ReadonlyMap<Sku, Kit>;
  readonly #using = new Map<Sku, Sku[]>();

  constructor(kits: readonly Kit[]) {
    this.#bySku = new Map(kits.map((kit) => [kit.sku, kit]));
    for (const { sku, components } of kits) {
      for (const component of components) {
        this.#using.set(component.sku, [...(this.#using.get(component.sku) ?? []), sku]);
      }
    }
  }

  get isEmpty(): boolean {
    return this.#bySku.size === 0;
  }

  kit(sku: Sku): Kit | undefined {
    return this.#bySku.get(sku);
  }

  /** The kits that are touched by a change of these SKUs: those that they are, and those that use them. */
  touchedBy(skus: readonly Sku[]): Kit[] {
    const touched = new Set(skus.flatMap((sku) => [sku, ...(this.#using.get(sku) ?? [])]));
    return [...touched].flatMap((sku) => this.#bySku.get(sku) ?? []);
  }
}

/**
 * The levels to publish for changed ones: those of plain SKUs as they are, those of kits derived from what the ledger
 * holds of their components now. Costs nothing for a client without kits.
 */
export async function withKits(
  ledger: Pick<StockLedger, 'levels'>,
  kits: KitBook,
  changed: readonly StockLevel[],
): Promise<{ readonly level: StockLevel; readonly cause: StockLevel }[]> {
  const plain = changed.filter(({ sku }) => !kits.kit(sku)).map((level) => ({ level, cause: level }));
  if (kits.isEmpty) return plain;
  const touched = kits.touchedBy(changed.map(({ sku }) => sku));
  if (touched.length === 0) return plain;
  const skus = new Set(touched.flatMap(({ sku, components }) => [sku, ...components.map((one) => one.sku)]));
  const levels = await ledger.levels([...skus]);
  const derived = touched.map((kit) => {
    const names = new Set<Sku>([kit.sku, ...kit.components.map(({ sku }) => sku)]);
    const cause = changed.find(({ sku }) => names.has(sku)) as StockLevel;
    return { level: kitLevel(kit, levels.get(kit.sku), levels), cause };
  });
  return [...plain, ...derived];
}
