/** Runs a history in a simulation: eight processes with a ledger each, some of which die and start anew. */
import { Random } from '#runtime/database/embedded/test-random.ts';
import { ClientId } from '#runtime/ids.ts';
import { StockLedger } from '#runtime/stock/ledger.ts';
import { KeyReused } from '#runtime/stock/operation.ts';
import { emptyStock } from '#runtime/stock/stock-document.ts';
import { checkHistory, type Told } from './check-history.ts';
import { type Action, type History, Operations, SKUS } from './history.ts';
import { type Fault, type SimulatedProcess, Simulation } from './simulation.ts';

const clientId = ClientId.parse('c');
/** No history needs more: a ledger that never comes to an end is a failure. */
const STEPS_MAX = 20_000;

/**
 * `tick` is called before every step, to set a clock: with a time of its own for each step the same history goes the
 * same way again.
 * @throws {Error} when the history does not agree with the model.
 */
export async function runHistory(
  history: History,
  tick: () => void,
  fault: Fault | null = null,
): Promise<void> {
  const random = new Random(history.seed);
  const simulation = new Simulation(random, fault);
  for (const sku of SKUS) simulation.store.insert('stock', { ...emptyStock(clientId, sku, '') });
  const operations = new Operations(history.wishes);
  const told: Told[] = [];
  const workers = history.workers.map((actions) => new Worker(simulation, operations, told, actions));
  const deaths = [...history.deaths];
  let [steps, nextDeath] = [0, deaths.shift()];
  for (const worker of workers) worker.start();
  tick();
  while (await simulation.step()) {
    tick();
    steps += 1;
    if (steps > STEPS_MAX) throw new Error('the history comes to no end');
    if (nextDeath === undefined || nextDeath > 0) {
      if (nextDeath !== undefined) nextDeath -= 1;
      continue;
    }
    random.pick(workers).die();
    nextDeath = deaths.shift();
  }
  const failed = workers.find(({ error }) => error !== undefined);
  if (failed) throw failed.error;
  const unfinished = workers.filter(({ isDone }) => !isDone).length;
  if (unfinished > 0) throw new Error(`${unfinished} workers wait for ever`);
  await check(simulation, operations, told);
}

/** The check reads the database too: as one more process, alone, and without any planted mistake. */
async function check(simulation: Simulation, operations: Operations, told: readonly Told[]): Promise<void> {
  const checked = checkHistory(simulation.startSound().db, clientId, operations.sent, told);
  let isOver = false;
  const over = checked.finally(() => {
    isOver = true;
  });
  over.catch(() => {});
  while (!isOver) if (!(await simulation.step())) await simulation.settle();
  await checked;
}

class Worker {
  error: unknown;
  isDone = false;
  readonly #simulation: Simulation;
  readonly #operations: Operations;
  readonly #told: Told[];
  readonly #left: Action[];
  #process: SimulatedProcess;

  constructor(simulation: Simulation, operations: Operations, told: Told[], actions: readonly Action[]) {
    this.#simulation = simulation;
    this.#operations = operations;
    this.#told = told;
    this.#left = [...actions];
    this.#process = simulation.start();
  }

  start(): void {
    void this.#work(new StockLedger(this.#process.db, clientId)).catch((error: unknown) => {
      this.error ??= error;
    });
  }

  /** The process dies; another one takes its work over, from the action that was not done. */
  die(): void {
    if (this.isDone) return;
    this.#simulation.kill(this.#process);
    this.#process = this.#simulation.start();
    this.start();
  }

  async #work(ledger: StockLedger): Promise<void> {
    for (let action = this.#left[0]; action; action = this.#left[0]) {
      if ('drain' in action) await ledger.drainAll();
      else await Promise.all(action.send.map((number) => this.#send(ledger, number)));
      this.#left.shift();
    }
    this.isDone = true;
  }

  async #send(ledger: StockLedger, number: number): Promise<void> {
    const operation = this.#operations.get(number);
    const askedAt = this.#simulation.now;
    const answer = await ledger.apply(operation).catch((error: unknown) => {
      if (error instanceof KeyReused) return error;
      throw error;
    });
    this.#told.push({ operation, answer, askedAt, toldAt: this.#simulation.now });
    if (!(answer instanceof KeyReused) && 'level' in answer)
      this.#operations.saw(operation.sku, answer.level.version);
  }
}
