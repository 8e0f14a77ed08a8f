import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { MongoBulkWriteError, MongoNetworkError, ObjectId } from 'mongodb';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { unsteady } from '#test/database/unsteady.ts';
import { Rejected, Retryable } from '../errors.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import { Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { EventDocument, IncomingEvent } from './event.ts';
import type { DeadRunner } from './free-leases.ts';
import { acceptEvent, openInbox } from './inbox.ts';
import { DEFAULT_RETRY, nextDelayMs } from './retry-policy.ts';
import { isGone, runnerNameOf } from './runner-name.ts';

const source = ConnectionId.parse('shop');
let database: TestDatabase;
let clientId: ClientId;
let running: Dispatcher[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
});
afterEach(async () => {
  await Promise.all(running.map((dispatcher) => dispatcher.stop(100)));
  running = [];
});

const accept = (dedupeKey: string, partition = dedupeKey) =>
  acceptEvent(database.db, {
    clientId,
    source,
    topic: 'order.changed',
    dedupeKey,
    partition,
    body: Buffer.from(dedupeKey),
  });
const events = () =>
  database.db.collection<EventDocument>('events').find({ clientId }).sort({ _id: 1 }).toArray();
const ended = async (count: number, state = 'done') => {
  for (let turn = 0; turn < 400; turn += 1) {
    if ((await events()).filter((event) => event.state === state).length >= count) return;
    await wait(10);
  }
  throw new Error(
    `not ${count} events became ${state}: ${(await events()).map((event) => event.state).join(', ')}`,
  );
};
async function start(
  run: DispatcherOptions['run'],
  options: Partial<DispatcherOptions> = {},
  dead: string[] = [],
) {
  const dispatcher = new Dispatcher(database.db, clientId, {
    runner: randomUUID(),
    run,
    ended: () => {},
    pollMs: 20,
    ...options,
  });
  running.push(dispatcher);
  await dispatcher.start(dead.map((runner) => ({ runner, eventId: null })));
  return dispatcher;
}
async function startAfter(dead: readonly DeadRunner[], run: DispatcherOptions['run']) {
  const dispatcher = new Dispatcher(database.db, clientId, {
    runner: randomUUID(),
    run,
    ended: () => {},
    pollMs: 20,
  });
  running.push(dispatcher);
  await dispatcher.start(dead);
}
const quick = { triesMax: 3, firstDelayMs: 20, factor: 2, delayMsMax: 100 };

describe('the inbox', () => {
  test('keeps an event once, byte by byte', async () => {
    const body = Buffer.from([0, 255, 10, 13, 0xc3, 0x28]);
    const event = { clientId, source, topic: 'order.changed' as const, dedupeKey: 'd', partition: 'p', body };
    expect(await Promise.all([acceptEvent(database.db, event), acceptEvent(database.db, event)])).toContain(
      false,
    );
    const [kept, ...more] = await events();
    expect(more).toEqual([]);
    expect(Buffer.from(kept?.body.value() ?? [])).toEqual(body);
  });

  test('many at once, each sent three times and of two clients: each is kept once, and one call says so', async () => {
    const inbox = openInbox(() => database.db);
    const other = ClientId.parse(`c-${randomUUID()}`);
    const sent = [clientId, other].flatMap((client) =>
      Array.from({ length: 300 }, (_, index) => ({
        clientId: client,
        source,
        topic: 'order.changed' as const,
        dedupeKey: `${index % 100}`,
        partition: 'p',
        body: Buffer.from(`${index % 100}`),
      })),
    );
    const accepted = await Promise.all(sent.map((event) => inbox(event)));
    const isNew = sent.filter((_, index) => accepted[index]);
    expect(new Set(isNew.map(({ clientId: client, dedupeKey }) => `${client} ${dedupeKey}`)).size).toBe(200);
    expect(isNew).toHaveLength(200);
    expect((await events()).map(({ body }) => body.toString())).toEqual([...Array(100).keys()].map(String));
  });

  test('what can not be written is refused to everybody who asked, and never taken for kept', async () => {
    let away = true;
    const inbox = openInbox(() => {
      if (away) throw new Error('the database is away');
      return database.db;
    });
    const send = (dedupeKey: string) =>
      inbox({ clientId, source, topic: 'order.changed', dedupeKey, partition: 'p', body: Buffer.from('x') });
    const answers = await Promise.allSettled(['a', 'b', 'c'].map(send));
    expect(answers.map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    away = false;
    expect(await Promise.all(['a', 'b', 'c'].map(send))).toEqual([true, true, true]);
  });

  test('takes the same key from another client or source as another event', async () => {
    expect(await accept('same')).toBe(true);
    expect(
      await acceptEvent(database.db, {
        clientId,
        source: 'syncflow',
        topic: 'stock.changed',
        dedupeKey: 'same',
        partition: 'p',
        body: Buffer.alloc(0),
      }),
    ).toBe(true);
    clientId = ClientId.parse(`c-${randomUUID()}`);
    expect(await accept('same')).toBe(true);
  });
});

describe('the dispatcher', () => {
  test('runs events of a partition one after another in their order, others side by side', async () => {
    const log: string[] = [];
    let [active, most] = [0, 0];
    for (let index = 0; index < 12; index += 1) await accept(`${index}`, `order:${index % 3}`);
    await start(async (event) => {
      active += 1;
      most = Math.max(most, active);
      await wait(15);
      log.push(event.body.toString());
      active -= 1;
    });
    await ended(12);
    expect(most).toBe(3);
    for (const partition of [0, 1, 2]) {
      const own = log.map(Number).filter((index) => index % 3 === partition);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  });

  test('tries again what may pass, holds back what comes after it in its partition, and nothing else', async () => {
    const log: string[] = [];
    await accept('first', 'order:1');
    await accept('second', 'order:1');
    await accept('other', 'order:2');
    await start(
      async (event) => {
        log.push(event.body.toString());
        if (event.body.toString() === 'first' && event.failures < 2) throw new Retryable('busy');
      },
      { retry: quick },
    );
    await ended(3);
    expect(log.filter((name) => name !== 'other')).toEqual(['first', 'first', 'first', 'second']);
    expect(log.indexOf('other')).toBeLessThan(2);
  });

  test('however much waits behind a failure, what else there is runs', async () => {
    const log: string[] = [];
    for (let index = 0; index < 60; index += 1) await accept(`row ${index}`, 'row');
    await accept('other', 'order:2');
    await start(
      async (event) => {
        log.push(event.body.toString());
        if (event.body.toString() === 'row 0') throw new Retryable('busy');
      },
      { retry: { ...quick, firstDelayMs: 60_000, delayMsMax: 60_000 } },
    );
    await ended(1);
    expect(log).toEqual(['row 0', 'other']);
  });

  test('what the database leased to it just before it died runs soon', async () => {
    let dies = true;
    const leases = (method: string, given: readonly unknown[]) => {
      if (!dies || method !== 'updateMany' || !JSON.stringify(given[1]).includes('claim')) return false;
      dies = false;
      return true;
    };
    await accept('1');
    const dispatcher = new Dispatcher(unsteady(database.db, leases, { done: true }), clientId, {
      runner: randomUUID(),
      run: async () => {},
      ended: () => {},
      pollMs: 20,
    });
    running.push(dispatcher);
    await dispatcher.start();
    await ended(1);
    expect(dies).toBe(false);
    expect(await events()).toMatchObject([{ state: 'done', crashes: 0 }]);
  });

  test('makes a dead letter of what failed too often, and of what only a person can mend at once', async () => {
    await accept('bug');
    await accept('mend');
    await start(
      async (event) => {
        if (event.body.toString() === 'mend') throw new Rejected('no such SKU', { fix: 'Give it one.' });
        throw new TypeError('undefined is not a function');
      },
      { retry: quick },
    );
    await ended(2, 'dead');
    expect(await events()).toMatchObject([
      { failures: 3, failure: { reason: 'undefined is not a function', fix: null } },
      { failures: 1, failure: { reason: 'no such SKU', fix: 'Give it one.' } },
    ]);
  });

  test('takes over at once from a runner that is known to be dead, and in time from one that fell silent', async () => {
    await accept('a');
    await accept('b');
    const collection = database.db.collection('events');
    const lease = (runner: string, ms: number) => ({ runner, claim: 'x', until: new Date(Date.now() + ms) });
    await collection.updateOne(
      { clientId, dedupeKey: 'a' },
      { $set: { state: 'running', lease: lease('dead', 60_000) } },
    );
    await collection.updateOne(
      { clientId, dedupeKey: 'b' },
      { $set: { state: 'running', lease: lease('silent', 50) } },
    );
    await start(async () => {}, { leaseMs: 90 }, ['dead']);
    await ended(2);
  });

  test('an event at which runners die becomes a dead letter; those that ran beside it run, one at a time', async () => {
    for (const name of ['poison', 'a', 'b', 'c']) await accept(name);
    await database.db.collection<EventDocument>('events').updateMany(
      { clientId },
      {
        $set: {
          state: 'running',
          lease: { runner: 'r0', claim: 'x', until: new Date(Date.now() + 60_000) },
        },
      },
    );
    let [poisoned, active, most, gaveUp] = [0, 0, 0, 0];
    // A runner that takes the poison and then does nothing any more, as if it were gone.
    const runner = async (name: string, dead: string) => {
      const before = poisoned;
      const run: DispatcherOptions['run'] = async (event, signal) => {
        if (event.body.toString() === 'poison') {
          poisoned += 1;
          await once(signal, 'abort');
          return;
        }
        active += 1;
        most = Math.max(most, active);
        await wait(10);
        active -= 1;
      };
      const note = (count: number) => {
        gaveUp += count;
      };
      await start(run, { runner: name, runningMax: 1, gaveUp: note }, [dead]);
      return () => poisoned > before;
    };
    const until = async (condition: () => boolean) => {
      for (let turn = 0; turn < 500 && !condition(); turn += 1) await wait(20);
      expect(condition()).toBe(true);
    };
    await until(await runner('r1', 'r0'));
    const again = await runner('r2', 'r1');
    await ended(3);
    await until(again);
    await until(await runner('r3', 'r2'));
    await runner('r4', 'r3');
    await ended(1, 'dead');
    const [poison, ...others] = await events();
    expect(poison).toMatchObject({
      crashes: 4,
      failure: { reason: expect.stringContaining('died 4 times') },
    });
    expect(others.map(({ state, crashes }) => [state, crashes])).toEqual(Array(3).fill(['done', 0]));
    expect([most, gaveUp, poisoned]).toEqual([1, 1, 3]);
  });

  test('where it is known which event a runner died of, the others beside it are no suspects, and run at once', async () => {
    for (const name of ['guilty', 'a', 'b']) await accept(name);
    const until = new Date(Date.now() + 60_000);
    await database.db
      .collection('events')
      .updateMany({ clientId }, { $set: { state: 'running', lease: { runner: 'r', claim: 'x', until } } });
    const [guilty] = await events();
    const startedMs = Date.now();
    const ranAfterMs = new Map<string, number>();
    await startAfter([{ runner: 'r', eventId: guilty?._id.toHexString() ?? '' }], async (event) => {
      ranAfterMs.set(event.body.toString(), Date.now() - startedMs);
    });
    await ended(2);
    expect((await events()).map(({ crashes }) => crashes)).toEqual([1, 0, 0]);
    await ended(3);
    expect(ranAfterMs.get('guilty')).toBeGreaterThan(1_500);
    expect(Math.max(ranAfterMs.get('a') ?? 0, ranAfterMs.get('b') ?? 0)).toBeLessThan(1_400);
  });

  test('leases of a process that died with an earlier start are taken over at once', async () => {
    await accept('a');
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const lease = {
      runner: runnerNameOf(child.pid ?? 0, 'x'),
      claim: 'x',
      until: new Date(Date.now() + 60_000),
    };
    await database.db.collection('events').updateOne({ clientId }, { $set: { state: 'running', lease } });
    await start(async () => {});
    await ended(1);
    expect(isGone(runnerNameOf(process.pid, 'x'))).toBe(false);
    expect(isGone(`elsewhere:${child.pid}:x`)).toBe(false);
  });

  test('a suspect that only takes long does not hold up the other suspects', async () => {
    for (const name of ['slow', 'a', 'b']) await accept(name);
    await database.db.collection('events').updateMany({ clientId }, { $set: { crashes: 1 } });
    await start(async (event, signal) => {
      if (event.body.toString() === 'slow') await once(signal, 'abort');
    });
    for (let turn = 0; turn < 8; turn += 1) await wait(1_000);
    await ended(2);
  });

  test('of two runners for the same client, each event is run by one', async () => {
    const runs: string[] = [];
    for (let index = 0; index < 40; index += 1) await accept(`${index}`);
    const run = async (event: IncomingEvent) => {
      runs.push(event.id);
      await wait(2);
    };
    await Promise.all([start(run), start(run)]);
    await ended(40);
    expect(new Set(runs).size).toBe(40);
    expect(runs).toHaveLength(40);
  });

  test('that is stopped finishes what runs, and leaves the rest in the queue', async () => {
    for (let index = 0; index < 5; index += 1) await accept(`${index}`, 'one');
    const dispatcher = await start(() => wait(60));
    await wait(30);
    await dispatcher.stop();
    const states = (await events()).map(({ state }) => state);
    expect(states).toEqual(['done', 'queued', 'queued', 'queued', 'queued']);
  });

  test('that is stopped hands back what takes too long, and whoever takes it next runs it in its order', async () => {
    await accept('slow', 'one');
    await accept('next', 'one');
    const order: string[] = [];
    const given: string[] = [];
    let release = () => {};
    const dispatcher = await start(async (event, signal) => {
      given.push(event.body.toString());
      signal.addEventListener('abort', () => order.push('told'));
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      order.push('ended late');
    });
    while (given.length === 0) await wait(10);
    expect(await dispatcher.stop(100)).toBe(1);
    expect((await events()).map(({ state, crashes }) => [state, crashes])).toEqual([
      ['queued', 0],
      ['queued', 0],
    ]);
    await start(async (event) => {
      order.push(event.body.toString());
    });
    await ended(2);
    release();
    await wait(50);
    expect(order).toEqual(['told', 'slow', 'next', 'ended late']);
    expect((await events()).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('that lost a lease gives the event up, and writes no end of it', async () => {
    await accept('a');
    let aborted = 0;
    let begun = 0;
    await start(
      async (_event, signal) => {
        begun += 1;
        await once(signal, 'abort');
        aborted += 1;
      },
      { leaseMs: 90, runningMax: 1 },
    );
    while (begun === 0) await wait(10);
    await database.db
      .collection('events')
      .updateOne({ clientId }, { $set: { state: 'done', lease: null, endedAt: new Date(7) } });
    while (aborted === 0) await wait(10);
    await wait(100);
    expect(await events()).toMatchObject([{ state: 'done', endedAt: new Date(7) }]);
  });

  test('takes a database that was away for no failing of the event, a hundred times', async () => {
    await accept('a');
    await accept('stubborn');
    await database.db
      .collection('events')
      .updateOne({ clientId, dedupeKey: 'stubborn' }, { $set: { interruptions: 100 } });
    let runs = 0;
    const bulkCut = new MongoBulkWriteError(new MongoNetworkError('write EPIPE'), {} as never);
    await start(async (event) => {
      if (event.body.toString() === 'a') runs += 1;
      if (event.body.toString() !== 'a' || runs < 3)
        throw new Error('the flow failed', { cause: runs === 1 ? bulkCut : new MongoNetworkError('closed') });
    });
    await ended(1);
    expect(runs).toBe(3);
    expect(await events()).toMatchObject([
      { state: 'done', failures: 0, interruptions: 0 },
      { state: 'retry', failures: 1, failure: { reason: 'the flow failed' } },
    ]);
  });

  test('writes an end again until it is written: what has ended does not run again', async () => {
    await accept('a');
    const collection = database.db.collection('events');
    const [event] = await events();
    let runs = 0;
    // Its end can't be written as long as another document is in the way of a unique index.
    const kept = {
      ...event,
      _id: new ObjectId(),
      dedupeKey: 'b',
      state: 'done',
      failure: null,
      interruptions: 7,
    };
    await collection.insertOne(kept);
    await collection.createIndex(
      { clientId: 1 },
      { name: 'in-the-way', unique: true, partialFilterExpression: { state: 'done', clientId } },
    );
    await start(async () => {
      runs += 1;
    });
    await wait(900);
    expect((await events()).map(({ state }) => state)).toEqual(['running', 'done']);
    await collection.dropIndex('in-the-way');
    await ended(2);
    expect(runs).toBe(1);
  });
});

describe('the retry policy', () => {
  test('waits longer each time, for about a day in all, and then gives up', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map(
      (failures) => nextDelayMs(new Error('x'), failures, DEFAULT_RETRY, 0.5) ?? 0,
    );
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    const hours = delays.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(12);
    expect(hours).toBeLessThan(30);
    expect(nextDelayMs(new Error('x'), 8, DEFAULT_RETRY, 0.5)).toBeNull();
  });

  test('waits as long as the far side asks, also where the error is wrapped', () => {
    const asked = new Error('flow failed', { cause: new Retryable('429', { afterMs: 99_000 }) });
    expect(nextDelayMs(asked, 1, DEFAULT_RETRY, 0)).toBe(99_000);
    expect(
      nextDelayMs(new Error('x', { cause: new Rejected('no', { fix: 'f' }) }), 1, DEFAULT_RETRY, 0),
    ).toBeNull();
  });

  test('spreads tries by a quarter around the delay', () => {
    expect(nextDelayMs(new Error('x'), 1, DEFAULT_RETRY, 0)).toBe(3_750);
    expect(nextDelayMs(new Error('x'), 1, DEFAULT_RETRY, 1)).toBe(6_250);
  });
});
