/**
 * The ledger as plainly as it can be written: one SKU, one operation after another, nothing remembered but numbers. It
 * shares no code with the ledger; what the two say of the same operations must be the same.
 */
import type { StockOperation } from '#runtime/stock/operation.ts';

type Counts = Record<string, number>;

export interface ModelAnswer {
  readonly outcome: string;
  readonly owed?: number;
  readonly beyondQuota?: boolean;
  readonly filled?: readonly { readonly key: string; readonly units: number; readonly left: number }[];
  readonly open?: number;
}

export class StockModel {
  version = 0;
  readonly shelf: Counts = {};
  readonly taken: Counts = {};
  parts: Counts | null = null;
  promises: { key: string; location: string; units: number }[] = [];
  debts: { key: string; location: string; units: number }[] = [];

  /** Changes the model only if the outcome is `applied` or `short`. */
  apply(operation: StockOperation): ModelAnswer {
    const answer = this.#decide(operation);
    if (answer.outcome !== 'applied' && answer.outcome !== 'short') return answer;
    this.version += 1;
    if ('connectionId' in operation && operation.connectionId !== null) {
      const gives = ['receive', 'release', 'withdraw'].includes(operation.kind);
      add(this.taken, operation.connectionId, gives ? -operation.units : operation.units);
    }
    if (answer.outcome === 'short') return answer;
    this.#shrinkParts();
    return { owed: 0, ...answer, filled: this.#payDebts() };
  }

  /** The same form as a level of the ledger, without what is nothing. */
  level() {
    const places = [
      ...new Set([...Object.keys(this.shelf), ...this.promises.map(({ location }) => location)]),
    ];
    const onHand = sum(Object.values(this.shelf));
    const reserved = sum(this.promises.map(({ units }) => units));
    return {
      onHand,
      reserved,
      available: onHand - reserved,
      backordered: sum(this.debts.map(({ units }) => units)),
      byLocation: Object.fromEntries(
        places
          .map((place) => [place, this.#at(place)] as const)
          .filter(([, { onHand: there, reserved: promised }]) => there !== 0 || promised !== 0),
      ),
      quotas: this.parts && { ...this.parts },
      version: this.version,
      taken: withoutNothing(this.taken),
    };
  }

  #decide(operation: StockOperation): ModelAnswer {
    const { kind, location, key } = operation;
    const here = this.#at(location);
    switch (operation.kind) {
      case 'commit': {
        const { units, reservation } = operation;
        if (reservation !== undefined) {
          const promise = this.promises.find((one) => one.key === reservation && one.location === location);
          if (!promise || promise.units < units)
            return { outcome: 'unknown-reservation', open: promise?.units ?? 0 };
          if (here.onHand < units) return { outcome: 'short', beyondQuota: false };
          this.#reduce('promises', reservation, units);
        } else {
          if (here.available < units) return { outcome: 'short', beyondQuota: false };
          if (this.#allowed(operation.connectionId) < units) return { outcome: 'short', beyondQuota: true };
          this.#spend(operation.connectionId, units);
        }
        add(this.shelf, location, -units);
        return { outcome: 'applied' };
      }
      case 'reserve': {
        const { units, connectionId } = operation;
        if (here.available < units) return { outcome: 'short', beyondQuota: false };
        if (this.#allowed(connectionId) < units) return { outcome: 'short', beyondQuota: true };
        this.#spend(connectionId, units);
        this.promises.push({ key, location, units });
        return { outcome: 'applied' };
      }
      case 'release': {
        const { units, reservation, connectionId } = operation;
        const promise = this.promises.find((one) => one.key === reservation && one.location === location);
        if (!promise || promise.units < units)
          return { outcome: 'unknown-reservation', open: promise?.units ?? 0 };
        this.#reduce('promises', reservation, units);
        this.#spend(connectionId, -units);
        return { outcome: 'applied' };
      }
      case 'backorder': {
        const { units, connectionId } = operation;
        const there = Math.max(0, Math.min(units, here.available, this.#allowed(connectionId)));
        // Where nothing is taken from, the SKU does not come to lie.
        if (there > 0) add(this.shelf, location, -there);
        this.#spend(connectionId, there);
        if (units > there) this.debts.push({ key, location, units: units - there });
        return { outcome: 'applied', owed: units - there };
      }
      case 'receive':
        add(this.shelf, location, operation.units);
        this.#spend(operation.connectionId, -operation.units);
        return { outcome: 'applied' };
      case 'withdraw': {
        const { units, backorder } = operation;
        if (backorder === undefined) return { outcome: 'applied' };
        const open = this.debts.find((debt) => debt.key === backorder)?.units ?? 0;
        if (open < units) return { outcome: 'unknown-backorder', open };
        this.#reduce('debts', backorder, units);
        return { outcome: 'applied' };
      }
      case 'adjust':
        if (operation.change < 0 && here.available + operation.change < 0)
          return { outcome: this.#isKnown(location) ? 'too-few' : 'unknown-location' };
        add(this.shelf, location, operation.change);
        return { outcome: 'applied' };
      case 'count':
        if (operation.seenVersion !== this.version) return { outcome: 'stale' };
        this.shelf[location] = operation.quantity;
        return { outcome: 'applied' };
      case 'transfer':
        if (here.available < operation.units)
          return { outcome: this.#isKnown(location) ? 'too-few' : 'unknown-location' };
        add(this.shelf, location, -operation.units);
        add(this.shelf, operation.to, operation.units);
        return { outcome: 'applied' };
      case 'allocate': {
        if (operation.seenVersion !== this.version) return { outcome: 'stale' };
        if (sum(Object.values(operation.quotas)) > Math.max(0, this.level().available))
          return { outcome: 'too-few' };
        this.parts = Object.keys(operation.quotas).length > 0 ? { ...operation.quotas } : null;
        return { outcome: 'applied' };
      }
      case 'kit':
        return { outcome: 'applied' };
      default:
        throw new Error(`the model has no ${kind}`);
    }
  }

  #at(location: string) {
    const onHand = this.shelf[location] ?? 0;
    const promised = this.promises.filter((promise) => promise.location === location);
    const reserved = sum(promised.map(({ units }) => units));
    return { onHand, reserved, available: onHand - reserved };
  }

  #isKnown(location: string): boolean {
    return location === 'main' || location in this.shelf;
  }

  /** Units that may be sold by who asks, as far as parts go. */
  #allowed(connectionId: string | null): number {
    if (!this.parts) return Number.POSITIVE_INFINITY;
    return (connectionId === null ? undefined : this.parts[connectionId]) ?? this.#unparted();
  }

  #unparted(): number {
    return this.level().available - sum(Object.values(this.parts ?? {}));
  }

  #spend(connectionId: string | null, units: number): void {
    if (connectionId && this.parts && connectionId in this.parts) add(this.parts, connectionId, -units);
  }

  /** One unit at a time, from the largest part, the first by name. */
  #shrinkParts(): void {
    const { available } = this.level();
    while (this.parts && sum(Object.values(this.parts)) > Math.max(0, available)) {
      const [[largest] = ['']] = Object.entries(this.parts).sort(
        ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
      );
      add(this.parts, largest, -1);
    }
  }

  /** One unit at a time, the oldest debt first that can be paid at its place. */
  #payDebts() {
    const paid = new Map<string, number>();
    for (;;) {
      const debt = this.debts.find(
        ({ location }) => this.#at(location).available > 0 && this.#unparted() > 0,
      );
      if (!debt) break;
      add(this.shelf, debt.location, -1);
      paid.set(debt.key, (paid.get(debt.key) ?? 0) + 1);
      this.#reduce('debts', debt.key, 1);
    }
    return [...paid].map(([key, units]) => ({
      key,
      units,
      left: this.debts.find((debt) => debt.key === key)?.units ?? 0,
    }));
  }

  #reduce(which: 'promises' | 'debts', key: string, units: number): void {
    this[which] = this[which]
      .map((one) => (one.key === key ? { ...one, units: one.units - units } : one))
      .filter((one) => one.units > 0);
  }
}

function add(counts: Counts, name: string, units: number): void {
  counts[name] = (counts[name] ?? 0) + units;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

export const withoutNothing = (counts: Counts) =>
  Object.fromEntries(Object.entries(counts).filter(([, units]) => units !== 0));
