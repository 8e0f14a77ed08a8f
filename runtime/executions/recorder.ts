/**
 * Writes down what ran, in batches, off the hot path. Everything that ran is noted; what went in and out of its nodes
 * is kept for all failures (within reason), for the newest successes, and for a sample of the others, within a budget of
 * bytes for each client. A crash may lose the notes of its last half second, never an effect.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId } from '../ids.ts';
import type { ExecutionDocument, KeptFor, KeptStep, StepsDocument } from './execution-document.ts';
import { pruneSteps } from './prune-steps.ts';
import { shownItem, shownText } from './shown-item.ts';
import type { Trace, TracedStep } from './trace.ts';

export interface RecorderOptions {
  readonly db: Db;
  readonly clientId: ClientId;
  /** Bytes of inputs and outputs that are kept for the client. */
  readonly bytesMax: number;
  /** Told when notes were written. */
  readonly written?: () => void;
  readonly flushMs?: number;
}

interface Ended {
  readonly document: ExecutionDocument;
  readonly trace: Trace;
}

/** Successes that wait to be written in full: in a rush the older ones of them are dropped, and the newest remain. */
const NEWEST_MAX = 50;
/** Successes written in full with each flush, so that a rush costs no more than quiet times. */
const WRITTEN_EACH_FLUSH = 2;
/** Of the successes that are dropped in a rush, one in so many is kept. */
const SAMPLE_EVERY = 50;
const FAILURES_EACH_FLUSH = 50;
const STEPS_BYTES_MAX = 64_000;
const PENDING_MAX = 10_000;

export class Recorder {
  readonly #options: Required<RecorderOptions>;
  readonly #executions: ClientCollection<ExecutionDocument>;
  readonly #steps: ClientCollection<StepsDocument>;
  #notes: ExecutionDocument[] = [];
  #failures: Ended[] = [];
  #newest: Ended[] = [];
  #samples: Ended[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #flight: Promise<void> = Promise.resolve();
  #bytesSincePrune = Number.POSITIVE_INFINITY;

  constructor(options: RecorderOptions) {
    this.#options = { flushMs: 500, written: () => {}, ...options };
    this.#executions = new ClientCollection(options.db, 'executions', options.clientId);
    this.#steps = new ClientCollection(options.db, 'steps', options.clientId);
  }

  /** Notes an execution that has ended. Costs no write of its own. */
  record(document: ExecutionDocument, trace: Trace): void {
    // With the database away for long, notes are given up before memory is.
    if (this.#notes.length < PENDING_MAX) this.#notes.push(document);
    const ended = { document, trace };
    if (document.state === 'failed') {
      if (this.#failures.length < FAILURES_EACH_FLUSH) this.#failures.push(ended);
    } else {
      this.#newest.push(ended);
      const dropped = this.#newest.length > NEWEST_MAX ? this.#newest.shift() : undefined;
      if (dropped) this.#dropped += 1;
      if (dropped && this.#dropped % SAMPLE_EVERY === 1) this.#samples.push(dropped);
    }
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), this.#options.flushMs);
  }

  /** Writes what was noted. @throws what the database throws; the notes of that flush are then lost. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const before = this.#flight.catch(() => {});
    this.#flight = before.then(() => this.#write(WRITTEN_EACH_FLUSH));
    await this.#flight;
  }

  /** Writes everything, the newest successes among it. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flight.catch(() => {});
    await this.#write(NEWEST_MAX).catch(() => {});
  }

  async #write(successes: number): Promise<void> {
    const notes = this.#notes;
    this.#notes = [];
    const kept = [
      ...this.#failures.splice(0).map((ended) => stepsOf(ended, 'failure')),
      ...this.#samples.splice(0).map((ended) => stepsOf(ended, 'sample')),
      ...this.#newest.splice(-successes).map((ended) => stepsOf(ended, 'newest')),
    ];
    if (this.#newest.length > 0)
      this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), this.#options.flushMs);
    await Promise.all([keepEach(this.#executions, notes), keepEach(this.#steps, kept)]);
    if (notes.length > 0) this.#options.written();
    this.#bytesSincePrune += kept.reduce((sum, { bytes }) => sum + bytes, 0);
    if (this.#bytesSincePrune * 10 < this.#options.bytesMax) return;
    this.#bytesSincePrune = 0;
    await pruneSteps(this.#steps, this.#options.bytesMax);
  }
}

/** Most are new, and new ones are cheaper to insert; a retry takes the place of the try before. */
async function keepEach<Doc extends { readonly _id: string; readonly clientId: ClientId }>(
  collection: ClientCollection<Doc>,
  documents: readonly Doc[],
): Promise<void> {
  // One execution may have ended twice since the last flush: its newest note counts.
  const newest = [...new Map(documents.map((document) => [document._id, document])).values()];
  const isNew = await collection.insertAbsent(
    newest as unknown as Parameters<typeof collection.insertAbsent>[0],
  );
  await replaceEach(
    collection,
    newest.filter((_document, index) => !isNew[index]),
  );
}

async function replaceEach<Doc extends { readonly _id: string; readonly clientId: ClientId }>(
  collection: ClientCollection<Doc>,
  documents: readonly Doc[],
): Promise<void> {
  if (documents.length === 0) return;
  const updates = documents.map(({ _id, clientId: _client, ...fields }) => ({
    filter: { _id },
    update: { $set: fields },
    upsert: true,
  }));
  await collection.updateEach(updates as unknown as Parameters<typeof collection.updateEach>[0], {
    ordered: true,
  });
}

function stepsOf({ document, trace }: Ended, keptFor: KeptFor): StepsDocument {
  const steps: KeptStep[] = [];
  let bytes = 0;
  for (const step of trace.steps) {
    const kept = keptStep(step, trace.startedMs);
    bytes += kept.input.length + kept.outputs.reduce((sum, { item }) => sum + item.length, 0);
    if (bytes > STEPS_BYTES_MAX && !step.failed) break;
    steps.push(kept);
  }
  const more = trace.more + trace.steps.length - steps.length;
  const { _id, clientId, endedAt } = document;
  return { _id, clientId, endedAt, keptFor, bytes, steps, more };
}

/** A step as it is kept: its items as text, shortened, without secrets and customers' data. */
export function keptStep(
  { nodeId, ms, failed, error, input, outputs, startedMs }: TracedStep,
  beganMs: number,
): KeptStep {
  return {
    nodeId,
    atMs: Math.max(0, startedMs - beganMs),
    ms,
    failed,
    reason: error === undefined ? null : shownText(error instanceof Error ? error.message : String(error)),
    input: shownItem(input),
    outputs: outputs.map(({ port, item }) => ({ port, item: shownItem(item) })),
  };
}
