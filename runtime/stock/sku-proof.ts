/** Goes through the history of one SKU from nothing, and compares what it makes with what is stored. */
import { isDeepStrictEqual } from 'node:util';
import { advance, stockAtLocation } from './advance.ts';
import { effectOf } from './effect.ts';
import { fillable } from './fill.ts';
import { bitsOf, mayBeDrained } from './key-filter.ts';
import { sumOf } from './quotas.ts';
import {
  emptyStock,
  type JournalEntry,
  type MovementDocument,
  type StockDocument,
  type StockHead,
} from './stock-document.ts';

const SUMS = ['onHand', 'reserved', 'available', 'backordered'] as const;
/** Deviations of one SKU beyond these say nothing more. */
const TEXTS_MAX = 20;

export class SkuProof {
  readonly #item: StockDocument;
  readonly #bits: Uint8Array | null;
  readonly #journalKeys: ReadonlySet<string>;
  readonly #deviations: string[] = [];
  #state: StockHead;
  #count = 0;

  constructor(item: StockDocument) {
    const { clientId, sku, title } = item;
    this.#item = item;
    this.#bits = bitsOf(item.keyFilter);
    this.#journalKeys = new Set(item.journal.map(({ key }) => key));
    this.#state = emptyStock(clientId, sku, title);
  }

  /** The next drained movement by its sequence. What was made after the document was read is left out. */
  take(movement: MovementDocument): void {
    const { version, journalEpoch } = this.#item;
    if (movement.sequence > version) return;
    const isInJournal = movement.sequence > version - this.#item.journal.length;
    // Movements have one of each key by their id, but the journal may hold one that was drained before.
    if (!isInJournal && this.#journalKeys.has(movement.key)) this.#note(`booked "${movement.key}" twice`);
    // A key that was drained and is not marked as drained would be booked again.
    if (!isInJournal && !mayBeDrained(this.#bits, journalEpoch, movement.key))
      this.#note(`would book "${movement.key}" again, since it is not marked as drained`);
    this.#step(movement, movement.sequence);
  }

  finish(): { readonly movements: number; readonly deviations: readonly string[] } {
    const { journal, journalLength, version } = this.#item;
    if (this.#journalKeys.size < journal.length)
      this.#note(`has ${journal.length} entries in its journal, but only ${this.#journalKeys.size} keys`);
    for (const [index, entry] of journal.entries()) {
      // A drain that was interrupted leaves an entry in both places: it is one movement.
      const sequence = version - journal.length + 1 + index;
      if (sequence > this.#state.version) this.#step(entry, sequence);
    }
    if (this.#state.version < version) this.#missing(this.#state.version + 1, version);
    if (journalLength !== journal.length)
      this.#note(`counts ${journalLength} entries in its journal of ${journal.length}`);
    this.#compare();
    return { movements: this.#count, deviations: this.#deviations };
  }

  #step(entry: JournalEntry, sequence: number): void {
    const next = this.#state.version + 1;
    if (sequence < next) {
      this.#note(`has two movements with the number ${sequence}; one of them is "${entry.key}"`);
      return;
    }
    if (sequence > next) this.#missing(next, sequence - 1);
    this.#count += 1;
    const before = this.#state;
    this.#state = { ...advance(before, entry), version: sequence };
    this.#explain(before, this.#state, entry);
  }

  #missing(from: number, to: number): void {
    const { version } = this.#item;
    const which = from === to ? `movement ${from}` : `movements ${from} to ${to}`;
    this.#note(`was changed ${version} times, but ${which} cannot be found`);
  }

  /** Below zero is nothing that an operation may do; but a count may find fewer units than are promised. */
  #explain(before: StockHead, after: StockHead, entry: JournalEntry): void {
    for (const location of effectOf(entry).byLocation.keys()) {
      const [was, is] = [stockAtLocation(before, location), stockAtLocation(after, location)];
      const by = `"${entry.key}" (${entry.kind})`;
      if (is.onHand < 0) this.#note(`had ${is.onHand} on hand at ${location} after ${by}`);
      if (is.reserved < 0) this.#note(`had ${is.reserved} promised at ${location} after ${by}`);
      if (is.available < Math.min(0, was.available) && entry.kind !== 'count')
        this.#note(`had ${is.available} available at ${location} after ${by}`);
    }
    if (after.quotas) this.#noteQuotas(after, `after "${entry.key}"`);
  }

  #noteQuotas({ quotas, available }: Pick<StockHead, 'quotas' | 'available'>, when: string): void {
    const parts = sumOf(quotas);
    if (parts > Math.max(0, available) || Object.values(quotas ?? {}).some((units) => units < 0))
      this.#note(`has ${parts} in the parts of its channels, but ${available} available ${when}`);
  }

  #compare(): void {
    const [item, made] = [this.#item, this.#state];
    for (const field of SUMS) {
      if (item[field] !== made[field])
        this.#note(`has ${item[field]} ${field}, but its movements make ${made[field]}`);
    }
    if (item.available !== item.onHand - item.reserved)
      this.#note(`offers ${item.available} of ${item.onHand} on hand, ${item.reserved} of them promised`);
    this.#compareEach(item.locations, made.locations, (at) => `at ${at}`);
    this.#compareEach(item.taken, made.taken, (connection) => `taken by ${connection}`);
    this.#compareEach(item.quotas ?? {}, made.quotas ?? {}, (connection) => `in the part of ${connection}`);
    this.#compareEach(byKey(item.reservations), byKey(made.reservations), (key) => `promised by "${key}"`);
    this.#compareEach(byKey(item.backorders), byKey(made.backorders), (key) => `owed by "${key}"`);
    this.#noteQuotas(item, 'now');
    const [waiting] = fillable(item);
    if (waiting) this.#note(`owes ${waiting.units} to "${waiting.key}" that are there`);
    const { reservations, backorders, reserved, backordered } = item;
    const promised = reservations.reduce((sum, { units }) => sum + units, 0);
    if (promised !== reserved) this.#note(`has ${reserved} promised, but open promises of ${promised}`);
    const owed = backorders.reduce((sum, { units }) => sum + units, 0);
    if (owed !== backordered) this.#note(`has ${backordered} backordered, but open backorders of ${owed}`);
  }

  #compareEach<Of>(
    stored: Readonly<Record<string, Of>>,
    made: Readonly<Record<string, Of>>,
    where: (name: string) => string,
  ): void {
    for (const name of new Set([...Object.keys(stored), ...Object.keys(made)])) {
      const [is, shouldBe] = [stored[name], made[name]];
      if (!isDeepStrictEqual(is, shouldBe))
        this.#note(`has ${shown(is)} ${where(name)}, but its movements make ${shown(shouldBe)}`);
    }
  }

  #note(text: string): void {
    if (this.#deviations.length < TEXTS_MAX) this.#deviations.push(text);
  }
}

function byKey(open: readonly { readonly key: string; readonly location: string; readonly units: number }[]) {
  return Object.fromEntries(open.map(({ key, location, units }) => [key, { location, units }]));
}

/** Units are shown as they are, of a location what lies there; what is not there is nothing. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${part}`)
    .join(', ');
}
