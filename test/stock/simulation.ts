/**
 * Processes that share a database, one step at a time: whose step is next is chance, and each process may die before or
 * after any of its steps. Steps are the commands of the ledger's own code; of a command that touches several documents
 * each is a step of its own. Chance comes from a seed, so a run can be had again.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Db } from 'mongodb';
import type { Random } from '#runtime/database/embedded/test-random.ts';
import { type Document, type FindOptions, MemoryStore } from './memory-store.ts';

/** A mistake that is planted on purpose, to see that it is found. */
export type Fault =
  /** Writes do not ask for the journal's epoch. */
  | 'no-epoch'
  /** A drain removes from the journal before it has inserted. */
  | 'remove-first'
  /** Keys that were applied before are not found: neither in the journal nor in the movements. */
  | 'forgets-keys';

interface Command {
  readonly process: SimulatedProcess;
  readonly steps: (() => void)[];
  readonly answer: () => void;
  /** Planted: goes last of all that its process has asked for. */
  readonly isLate: boolean;
}

export class Simulation {
  readonly store = new MemoryStore();
  /** Steps that were done so far. */
  now = 0;
  readonly #random: Random;
  readonly #fault: Fault | null;
  #waiting: Command[] = [];
  #asked = 0;

  constructor(random: Random, fault: Fault | null = null) {
    this.#random = random;
    this.#fault = fault;
  }

  start(): SimulatedProcess {
    return new SimulatedProcess(this, this.#fault);
  }

  /** A process without the planted mistake. */
  startSound(): SimulatedProcess {
    return new SimulatedProcess(this, null);
  }

  ask(process: SimulatedProcess, steps: readonly (() => void)[], answer: () => void, isLate = false): void {
    if (!process.isAlive) return;
    this.#asked += 1;
    this.#waiting.push({ process, steps: [...steps], answer, isLate });
  }

  /** Lets all code run until every process waits for the database. */
  async settle(): Promise<void> {
    for (let quiet = 0, asked = this.#asked; quiet < 3; quiet += 1) {
      await turn();
      if (this.#asked !== asked) [quiet, asked] = [-1, this.#asked];
    }
  }

  /** One step of one process. @returns false: nobody waits for anything. */
  async step(): Promise<boolean> {
    await this.settle();
    const ready = this.#waiting.filter(({ process, isLate }) => !isLate || !this.#hasOthers(process));
    if (ready.length === 0) return false;
    const command = this.#random.pick(ready);
    this.now += 1;
    command.steps.shift()?.();
    if (command.steps.length === 0) {
      this.#waiting = this.#waiting.filter((other) => other !== command);
      command.answer();
    }
    return true;
  }

  /** Ends a process: of what it has asked for something, all or nothing is done, and nobody hears of it. */
  kill(process: SimulatedProcess): void {
    process.isAlive = false;
    for (const { steps } of this.#waiting.filter((command) => command.process === process)) {
      for (const step of steps.slice(0, this.#random.below(steps.length + 1))) step();
    }
    this.#waiting = this.#waiting.filter((command) => command.process !== process);
  }

  #hasOthers(process: SimulatedProcess): boolean {
    return this.#waiting.some((command) => command.process === process && !command.isLate);
  }
}

export class SimulatedProcess {
  isAlive = true;
  readonly fault: Fault | null;
  readonly #simulation: Simulation;

  constructor(simulation: Simulation, fault: Fault | null) {
    this.#simulation = simulation;
    this.fault = fault;
  }

  /** As much of the driver as the ledger uses. */
  get db(): Db {
    const collection = (name: string) => new SimulatedCollection(name, this.#simulation, this);
    return { collection } as unknown as Db;
  }
}

class SimulatedCollection {
  readonly #name: string;
  readonly #simulation: Simulation;
  readonly #process: SimulatedProcess;

  constructor(name: string, simulation: Simulation, process: SimulatedProcess) {
    this.#name = name;
    this.#simulation = simulation;
    this.#process = process;
  }

  find(filter: Document, options: FindOptions = {}) {
    const load = (more: FindOptions) =>
      this.#ask([() => this.#found(filter, { ...options, ...more })], ([found]) => found as Document[]);
    return cursorOf(load, {});
  }

  updateOne(filter: Document, update: Document) {
    return this.#ask<{ matchedCount: number; modifiedCount: number }>(
      [() => this.#update(filter, update)],
      ([after]) => ({ matchedCount: after ? 1 : 0, modifiedCount: after ? 1 : 0 }),
    );
  }

  findOneAndUpdate(filter: Document, update: Document, { projection }: FindOptions = {}) {
    return this.#ask<Document | null>([() => this.#update(filter, update, projection)], ([after]) =>
      after ? this.#seen(after as Document, projection) : null,
    );
  }

  bulkWrite(
    writes: readonly { readonly updateOne: { readonly filter: Document; readonly update: Document } }[],
  ) {
    return this.#ask(
      writes.map(
        ({ updateOne: { filter, update } }) =>
          () =>
            this.#update(filter, update),
      ),
      (done) => ({ matchedCount: done.filter((after) => after !== null).length }),
    );
  }

  insertMany(documents: readonly Document[]): Promise<void> {
    const { store } = this.#simulation;
    const { fault } = this.#process;
    const steps = documents.map((document) => () => store.insert(this.#name, document));
    if (fault === 'remove-first' && this.#name === 'movements') {
      this.#simulation.ask(this.#process, steps, () => {}, true);
      return Promise.resolve();
    }
    return this.#ask(steps, (done) => {
      const writeErrors = done.flatMap((isNew, index) => (isNew ? [] : [{ code: 11000, index }]));
      if (writeErrors.length > 0)
        throw Object.assign(new Error('duplicate key'), { code: 11000, writeErrors });
    });
  }

  #ask<Answer>(steps: readonly (() => unknown)[], answer: (done: unknown[]) => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const done: unknown[] = [];
      this.#simulation.ask(
        this.#process,
        steps.map((step) => () => void done.push(step())),
        () => {
          try {
            resolve(answer(done));
          } catch (error) {
            reject(error);
          }
        },
      );
    });
  }

  #found(filter: Document, options: FindOptions): Document[] {
    if (this.#process.fault === 'forgets-keys' && this.#name === 'movements') return [];
    return this.#simulation.store
      .find(this.#name, filter, options)
      .map((found) => this.#seen(found, options.projection));
  }

  #update(filter: Document, update: Document, projection?: Document): Document | null {
    const { fault } = this.#process;
    const { journalEpoch: _epoch, ...withoutEpoch } = filter;
    const { 'journal.key': keys, ...withoutKeys } = filter;
    // A drain asks for the epoch alone: it is not what is tried here.
    const asked =
      fault === 'no-epoch' && keys ? withoutEpoch : fault === 'forgets-keys' ? withoutKeys : filter;
    return this.#simulation.store.update(this.#name, asked, update, projection);
  }

  /** With a projection it is read to look for keys; a drain reads documents whole. */
  #seen(found: Document, projection: Document | undefined): Document {
    if (this.#process.fault !== 'forgets-keys' || !projection || !Array.isArray(found.journal)) return found;
    return {
      ...found,
      journal: found.journal.map((entry: Document) => ({ ...entry, key: `${entry.key}?` })),
      keyFilter: null,
    };
  }
}

interface Cursor {
  sort(sort: Document): Cursor;
  limit(limit: number): Cursor;
  toArray(): Promise<Document[]>;
  [Symbol.asyncIterator](): AsyncGenerator<Document>;
}

function cursorOf(load: (options: FindOptions) => Promise<Document[]>, options: FindOptions): Cursor {
  return {
    sort: (sort) => cursorOf(load, { ...options, sort }),
    limit: (limit) => cursorOf(load, { ...options, limit }),
    toArray: () => load(options),
    async *[Symbol.asyncIterator]() {
      yield* await load(options);
    },
  };
}
