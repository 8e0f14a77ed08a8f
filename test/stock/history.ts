/** Random histories: which operations there are, who sends them when, and who drains. */
import fc from 'fast-check';
import { ConnectionId, LocationId, MAIN_LOCATION, Sku } from '#runtime/ids.ts';
import type { StockOperation } from '#runtime/stock/operation.ts';

export const SKUS = ['A', 'B', 'C'].map((name) => Sku.parse(name));
const LOCATIONS = [MAIN_LOCATION, LocationId.parse('berlin')];
const CONNECTIONS = [null, ...['x', 'y'].map((name) => ConnectionId.parse(name))];
export const WORKERS = 8;
/** How many operations the workers choose from: fewer than they send, so that many are sent more than once. */
const OPERATIONS_MAX = 24;

/** What is left open until it is sent: the version that was seen, and which reservation or backorder is meant. */
export interface Wish {
  readonly kind: StockOperation['kind'];
  readonly sku: number;
  readonly location: number;
  readonly connection: number;
  readonly units: number;
  /** Which of the earlier operations is meant, where one is. */
  readonly of: number;
  readonly parts: readonly [number, number];
  /** The key of another operation is used, as a mistake of the caller. */
  readonly keyOf: number | null;
}

/** Wishes by their numbers, sent at once; or a drain of everything. */
export type Action = { readonly send: readonly number[] } | { readonly drain: true };

export interface History {
  readonly wishes: readonly Wish[];
  /** For each worker what it does, one after another. */
  readonly workers: readonly (readonly Action[])[];
  /** After how many steps a process dies, each counted from the death before. */
  readonly deaths: readonly number[];
  /** Chance of everything else: whose step is next, who dies. */
  readonly seed: number;
}

const kind = fc.constantFrom<Wish['kind'][]>(
  'commit',
  'commit',
  'commit',
  'reserve',
  'reserve',
  'release',
  'backorder',
  'backorder',
  'receive',
  'receive',
  'withdraw',
  'adjust',
  'count',
  'transfer',
  'kit',
  'allocate',
  'allocate',
);

const wish: fc.Arbitrary<Wish> = fc.record({
  kind,
  sku: fc.nat(SKUS.length - 1),
  // Most of it happens where all of it is.
  location: fc.constantFrom(0, 0, 0, 1),
  connection: fc.nat(CONNECTIONS.length - 1),
  units: fc.integer({ min: 1, max: 5 }),
  of: fc.nat(OPERATIONS_MAX),
  parts: fc.tuple(fc.nat(4), fc.nat(4)),
  keyOf: fc.oneof(
    { weight: 20, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat(OPERATIONS_MAX) },
  ),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      send: fc.array(fc.nat(OPERATIONS_MAX - 1), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ drain: true } as const) },
);

export const history: fc.Arbitrary<History> = fc.record({
  wishes: fc.array(wish, { minLength: 4, maxLength: OPERATIONS_MAX }),
  workers: fc.array(fc.array(action, { maxLength: 3 }), { minLength: WORKERS, maxLength: WORKERS }),
  deaths: fc.array(fc.nat(40), { maxLength: 3 }),
  seed: fc.nat(),
});

/** Turns wishes into operations, each one the first time that it is sent: the same operation from then on. */
export class Operations {
  readonly #wishes: readonly Wish[];
  readonly #made = new Map<number, StockOperation>();
  readonly #seenVersion = new Map<Sku, number>();

  constructor(wishes: readonly Wish[]) {
    this.#wishes = wishes;
  }

  /** Somebody was told this version. */
  saw(sku: Sku, version: number): void {
    this.#seenVersion.set(sku, version);
  }

  get(number: number): StockOperation {
    const index = number % this.#wishes.length;
    const made = this.#made.get(index) ?? this.#make(index);
    this.#made.set(index, made);
    return made;
  }

  /** Each key with every content that was sent under it. */
  get sent(): readonly StockOperation[] {
    return [...this.#made.values()];
  }

  #make(index: number): StockOperation {
    const wish = this.#wishes[index] as Wish;
    const sku = SKUS[wish.sku] as Sku;
    const location = LOCATIONS[wish.location] as LocationId;
    const connectionId = CONNECTIONS[wish.connection] as ConnectionId | null;
    const key = `key:${wish.keyOf === null ? index : wish.keyOf % this.#wishes.length}`;
    const common = { key, sku, location, cause: { by: 'test' } };
    const { kind, units } = wish;
    const seenVersion = this.#seenVersion.get(sku) ?? 0;
    switch (kind) {
      case 'commit': {
        const reservation = wish.of % 2 === 0 ? this.#keyOf(wish, 'reserve') : undefined;
        return { ...common, kind, units, connectionId, ...(reservation && { reservation }) };
      }
      case 'withdraw': {
        const backorder = this.#keyOf(wish, 'backorder');
        return { ...common, kind, units, connectionId, ...(backorder && { backorder }) };
      }
      case 'release':
        return { ...common, kind, units, connectionId, reservation: this.#keyOf(wish, 'reserve') ?? 'none' };
      case 'adjust':
        return { ...common, kind, change: wish.of % 2 === 0 ? units : -units };
      case 'count':
        return { ...common, kind, quantity: units, seenVersion };
      case 'transfer':
        return { ...common, kind, units, to: LOCATIONS[1 - wish.location] as LocationId };
      case 'allocate': {
        const [x, y] = wish.parts;
        return { ...common, kind, seenVersion, quotas: wish.of % 4 === 0 ? {} : { x, y } } as StockOperation;
      }
      default:
        return { ...common, kind, units, connectionId };
    }
  }

  /** The key of an operation of this kind on the same SKU, if there is one. */
  #keyOf({ sku, of }: Wish, kind: Wish['kind']): string | undefined {
    const all = this.#wishes.flatMap((wish, index) =>
      wish.kind === kind && wish.sku === sku ? [index] : [],
    );
    return all.length > 0 ? `key:${all[of % all.length]}` : undefined;
  }
}
