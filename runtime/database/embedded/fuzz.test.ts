/**
 * Whatever comes over the wire, the server answers in MongoDB's shape or ends that connection; it never crashes,
 * hangs or grows without bound. `FUZZ_MINUTES=10 jest fuzz` is the long form, `FUZZ_SEED=…` repeats one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Document, MongoClient } from 'mongodb';
import { randomMessage } from './test-messages.ts';
import { type ServerProcess, startServerProcess } from './test-process.ts';
import { Random } from './test-random.ts';
import { RawConnection } from './test-raw-connection.ts';

const LENGTH_MS = process.env.FUZZ_MINUTES ? Number(process.env.FUZZ_MINUTES) * 60_000 : 10_000;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000_000);
const ANSWER_MS_MAX = 10_000;
const MEMORY_BYTES_MAX = 700 * 1024 * 1024;
const CONNECTIONS = 8;
const FRESH_AFTER = 5_000;
const INTERNAL_ERROR = 1;
let dir: string;
let server: ServerProcess;
let client: MongoClient;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-fuzz-'));
  server = await startServerProcess(dir);
  client = await new MongoClient(server.uri).connect();
});
afterAll(async () => {
  await client.close(true);
  await server.kill();
  rmSync(dir, { recursive: true });
});

/** What has been sent and what came back. */
interface Tally {
  sent: number;
  answered: number;
  errors: number;
  closed: number;
  memoryBytesMax: number;
  /** The first one ends the run. */
  faults: string[];
}
const tally: Tally = { sent: 0, answered: 0, errors: 0, closed: 0, memoryBytesMax: 0, faults: [] };
let endsAt = 0;
const isOver = (): boolean => Date.now() >= endsAt || tally.faults.length > 0;

test(
  `random messages with seed ${SEED}`,
  async () => {
    const kept = client.db('kept').collection<{ _id: number }>('documents');
    await kept.insertMany([{ _id: 1 }, { _id: 2 }]);
    endsAt = Date.now() + LENGTH_MS;
    const senders = Array.from({ length: CONNECTIONS }, (_, index) =>
      send(new Random(SEED * CONNECTIONS + index)),
    );
    await Promise.all([watch(), ...senders]);

    expect(tally.faults).toEqual([]);
    expect(server.faults()).toBe('');
    expect(await kept.find().toArray()).toEqual([{ _id: 1 }, { _id: 2 }]);
    expect(tally.errors).toBeGreaterThan(100);
    expect(tally.memoryBytesMax).toBeLessThan(MEMORY_BYTES_MAX);
    if (process.env.FUZZ_MINUTES) process.stdout.write(`seed ${SEED}: ${JSON.stringify(tally)}\n`);
  },
  LENGTH_MS + 60_000,
);

/** One connection after the other, each with messages until the server ends it. */
async function send(random: Random): Promise<void> {
  let connection = new RawConnection(server.uri);
  while (!isOver()) {
    const { bytes, isWhole } = randomMessage(random);
    tally.sent += 1;
    if (isWhole) judge(await connection.ask(bytes, ANSWER_MS_MAX), bytes);
    else connection.leave(bytes);
    if (!isWhole || connection.isClosed) connection = new RawConnection(server.uri);
  }
  connection.leave(Buffer.alloc(0));
}

function judge(answer: Document | 'closed' | 'silent', bytes: Buffer): void {
  if (answer === 'closed') {
    tally.closed += 1;
    return;
  }
  tally.answered += 1;
  if (answer !== 'silent' && answer.ok !== 1) tally.errors += 1;
  const fault = answer === 'silent' ? 'no answer' : faultOf(answer);
  if (fault)
    tally.faults.push(`${fault}; the message in base64: ${bytes.toString('base64').slice(0, 4_000)}`);
}

/** Looks after the server's health, and keeps the data small. */
async function watch(): Promise<void> {
  for (let next = FRESH_AFTER; !isOver(); await setTimeout(200)) {
    if (server.hasEnded()) tally.faults.push(`the server has ended: ${server.faults()}`);
    else tally.memoryBytesMax = Math.max(tally.memoryBytesMax, server.residentBytes());
    if (tally.sent < next || server.hasEnded()) continue;
    next = tally.sent + FRESH_AFTER;
    await client.db('fuzz').dropDatabase();
  }
}

/** What is wrong with the shape of an answer, if anything. An internal error is a fault of ours. */
function faultOf(answer: Document): string | undefined {
  if (answer.ok === 1) {
    const errors: unknown[] = [answer.writeErrors ?? [], answer.writeConcernError ?? []].flat();
    return errors.every(isError) ? undefined : `write errors of another shape: ${JSON.stringify(answer)}`;
  }
  const isRight = answer.ok === 0 && isError(answer) && typeof answer.codeName === 'string';
  return isRight ? undefined : `an error of another shape: ${JSON.stringify(answer).slice(0, 500)}`;
}

function isError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, errmsg } = value as Document;
  return Number.isInteger(code) && code !== INTERNAL_ERROR && typeof errmsg === 'string' && errmsg !== '';
}
