import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { unsteady } from '#test/database/unsteady.ts';
import { InDoubt, Rejected, Retryable } from '../errors.ts';
import { runnerNameOf } from '../events/runner-name.ts';
import { ClientId, ConnectionId } from '../ids.ts';
import { ConnectionGate } from '../limits/connection-gate.ts';
import type { ChannelClient } from '../sync/channel.ts';
import { cancelOrder } from './cancel-order.ts';
import { decide } from './decide.ts';
import { enqueue, type OutboxMessage } from './enqueue.ts';
import { ORDER_EFFECTS } from './order-effects.ts';
import type { OutboxDocument, OutboxState } from './outbox-document.ts';
import { type OutsideCall, type OutsideEffect, outsideEffectsOf, type Probe } from './outside-effect.ts';
import { Sender, type SenderOptions } from './sender.ts';

const shop = ConnectionId.parse('shop');
let database: TestDatabase;
let clientId: ClientId;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => {
  clientId = ClientId.parse(`c-${randomUUID()}`);
});

const kept = () =>
  database.db.collection<OutboxDocument>('outbox').find({ clientId }).sort({ queuedAt: 1, _id: 1 }).toArray();
const message = (key: string, more: Partial<OutboxMessage> = {}): OutboxMessage => ({
  key,
  effect: 'cancel-order',
  connectionId: shop,
  subject: `Cancel order ${key}`,
  payload: { externalId: key },
  ...more,
});

test('the same key is kept once, for each client, however often and at whatever moment it is enqueued', async () => {
  const other = ClientId.parse(`c-${randomUUID()}`);
  const made = await Promise.all(
    Array.from({ length: 8 }, () => enqueue(database.db, clientId, message('1', { subject: 'first' }))),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
  expect(await enqueue(database.db, clientId, message('1', { subject: 'second' }))).toBe(false);
  expect(await enqueue(database.db, other, message('1'))).toBe(true);
  expect(await kept()).toMatchObject([{ key: '1', subject: 'first', state: 'queued', tries: 0 }]);
});

function call(client: Partial<ChannelClient> | null): OutsideCall {
  const far = {
    connectionId: shop,
    type: 'shop',
    baseUrl: '',
    secret: {},
    client: client as ChannelClient | null,
  };
  const payload = cancelOrder.payload.parse({ externalId: '7' });
  return {
    payload,
    key: randomUUID(),
    queuedAt: new Date(),
    far,
    observe: () => {},
    signal: new AbortController().signal,
  };
}

test('cancelling an order: no answer is a doubt, a refusal for now is not, and a look tells', async () => {
  const failing = (error: Error) => cancelOrder.write(call({ cancelOrder: () => Promise.reject(error) }));
  await expect(failing(new Retryable('cut off'))).rejects.toBeInstanceOf(InDoubt);
  await expect(failing(new Retryable('slow down', { afterMs: 5 }))).rejects.toBeInstanceOf(Retryable);
  await expect(failing(new Rejected('no', { fix: 'x' }))).rejects.toBeInstanceOf(Rejected);
  await expect(cancelOrder.write(call({}))).rejects.toThrow("can't cancel orders");
  const look = (answer: boolean | null) => cancelOrder.probe?.(call({ isCancelled: async () => answer }));
  expect(await Promise.all([look(true), look(false), look(null)])).toEqual(['done', 'not-done', 'unknown']);
});

test('a note on an order is taken back where its channel can; else a person does it', async () => {
  const note = outsideEffectsOf(ORDER_EFFECTS).get('note-order');
  const takenBack: unknown[] = [];
  const action = { perform: async () => ({ receipt: null }), wasDone: async () => true };
  const takeBack = async (request: unknown, { key }: { key: string }) => {
    takenBack.push([request, key]);
  };
  const asked = (more: object) => ({
    ...call({ orderActions: { note: { ...action, ...more } } }),
    payload: { externalId: '7', text: 'x' },
  });
  const able = asked({ takeBack });
  await note?.compensate?.(able);
  expect(takenBack).toEqual([[{ externalId: '7', text: 'x' }, able.key]]);
  await expect(note?.compensate?.(asked({}))).rejects.toThrow("can't take this back");
});

describe('the sender', () => {
  /** A far side that keeps what arrives by key, and misbehaves as it is told. */
  class FarAway {
    readonly got: string[] = [];
    readonly seen = new Set<string>();
    how: 'well' | 'refuses' | 'is busy' | 'is silent' | 'hears and is silent' | 'hangs' = 'well';
    looks: Probe = 'unknown';

    readonly write: OutsideEffect<unknown>['write'] = async ({ payload, key, signal }) => {
      const { n } = payload as { n: string };
      if (this.how === 'refuses') throw new Rejected('no such number', { fix: 'Mend the number.' });
      if (this.how === 'is busy') throw new Retryable('busy');
      if (this.how === 'is silent') throw new InDoubt('cut off');
      this.got.push(n);
      this.seen.add(key);
      if (this.how === 'hears and is silent') throw new InDoubt('cut off');
      if (this.how === 'hangs') await once(signal, 'abort');
      return { receipt: `r-${n}` };
    };
  }

  const quick = { triesMax: 4, firstDelayMs: 10, factor: 1, delayMsMax: 10 };
  const senders: Sender[] = [];
  let far: FarAway;
  const gates: ConnectionGate[] = [];
  let moved: [string, OutboxState][] = [];
  beforeEach(() => {
    far = new FarAway();
    moved = [];
  });
  afterEach(async () => {
    for (const gate of gates.splice(0)) gate.stop();
    await Promise.all(senders.splice(0).map((sender) => sender.stop(0)));
  });

  async function start(
    effect: Partial<OutsideEffect<unknown>> = {},
    options: Partial<SenderOptions> = {},
    dead: string[] = [],
  ) {
    const gate = new ConnectionGate({
      changed: () => {},
      resumed: () => sender.wake(),
      breaker: { lookMsFirst: 50 },
    });
    gates.push(gate);
    const base = { type: 'note', title: 'Note', payload: z.object({ n: z.string() }), deduplicates: false };
    const sender = new Sender({
      db: database.db,
      clientId,
      runner: randomUUID(),
      effects: outsideEffectsOf([{ ...base, write: far.write, ...effect } as OutsideEffect]),
      farOf: (connectionId) =>
        connectionId === shop
          ? { connectionId, type: 'note', baseUrl: '', secret: null, client: null }
          : undefined,
      gateOf: () => gate,
      closed: () => (gate.closedForMs > 0 ? [shop] : []),
      moved: ({ key }, state) => moved.push([key, state]),
      retry: quick,
      pollMs: 10,
      ...options,
    });
    senders.push(sender);
    await sender.start(dead);
    return sender;
  }
  const note = (n: string, more: Partial<OutboxMessage> = {}) =>
    enqueue(database.db, clientId, { ...message(n), effect: 'note', payload: { n }, ...more });
  const until = async (what: (messages: OutboxDocument[]) => boolean) => {
    for (let turn = 0; turn < 500; turn += 1) {
      if (what(await kept())) return await kept();
      await wait(10);
    }
    throw new Error(`it never came so far: ${JSON.stringify(await kept())}`);
  };
  const allAre = (state: OutboxState) =>
    until((all) => all.length > 0 && all.every((one) => one.state === state));

  test('sends each once, over several senders', async () => {
    for (let n = 0; n < 30; n += 1) await note(String(n).padStart(2, '0'));
    await Promise.all([start(), start(), start()]);
    const sent = await allAre('sent');
    expect([...far.got].sort()).toEqual(sent.map(({ key }) => key).sort());
    expect(sent).toMatchObject([
      { tries: 1, repeats: 0, receipt: 'r-00', knownBy: 'answer' },
      ...Array(29).fill({}),
    ]);
  });

  test('takes the oldest first', async () => {
    for (const n of ['b', 'a', 'd', 'c']) await note(n);
    await start({}, { runningMax: 1 });
    await allAre('sent');
    expect(far.got).toEqual(['b', 'a', 'd', 'c']);
  });

  test('tries again what may pass, and leaves to a person what may not, with what to do', async () => {
    far.how = 'is busy';
    await note('a');
    await start({}, { gateOf: () => openGate() });
    await until(([one]) => (one?.tries ?? 0) >= 2);
    far.how = 'well';
    expect(await allAre('sent')).toMatchObject([{ failure: null }]);
    far.how = 'refuses';
    await note('b');
    await until((all) => all.some(({ state }) => state === 'dead'));
    expect(await kept()).toContainEqual(
      expect.objectContaining({
        key: 'b',
        tries: 1,
        failure: expect.objectContaining({ fix: 'Mend the number.' }),
      }),
    );
    far.how = 'well';
    expect(await decide(database.db, clientId, `${clientId}/b`, 'again')).toBe(true);
    await allAre('sent');
    expect(await decide(database.db, clientId, `${clientId}/b`, 'again')).toBe(false);
    expect(far.got).toEqual(['a', 'b']);
  });

  /** One that never closes: for tests of the tries alone. */
  function openGate(): ConnectionGate {
    const gate = new ConnectionGate({
      changed: () => {},
      resumed: () => {},
      breaker: { failuresMax: 1_000 },
    });
    gates.push(gate);
    return gate;
  }

  test('a call that was cut off is looked for, and never made again blindly', async () => {
    far.how = 'hears and is silent';
    await note('heard');
    const probe = jest.fn(
      async ({ key }: { key: string }): Promise<Probe> => (far.seen.has(key) ? 'done' : 'not-done'),
    );
    await start({ probe: probe as never }, { retry: { ...quick, triesMax: 1_000 } });
    expect(await allAre('sent')).toMatchObject([{ knownBy: 'look', tries: 1, repeats: 0 }]);
    expect(far.got).toEqual(['heard']);
    far.how = 'is silent';
    await note('lost');
    await until((all) => all.some(({ key, tries }) => key === 'lost' && tries > 1));
    far.how = 'well';
    await allAre('sent');
    expect(far.got).toEqual(['heard', 'lost']);
    expect(probe.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  test('that never arrives comes to a person after its tries', async () => {
    far.how = 'is silent';
    await note('never');
    await start({ probe: async () => 'not-done' }, { gateOf: () => openGate() });
    expect(await allAre('dead')).toMatchObject([{ tries: 4, repeats: 0, failure: { reason: 'cut off' } }]);
  });

  test('where nobody can look, a person is asked; or it is sent again and counted, if the message says so', async () => {
    far.how = 'hears and is silent';
    await note('ask');
    const sender = await start();
    const [asked] = await until(([one]) => one?.doubt?.needsPerson === true);
    expect(asked).toMatchObject({ state: 'in-doubt', tries: 1, doubt: { reason: 'cut off' } });
    await wait(100);
    expect(far.got).toEqual(['ask']);
    expect(await decide(database.db, clientId, asked!._id, 'done')).toBe(true);
    expect(await kept()).toMatchObject([{ state: 'sent', knownBy: 'person', decision: { kind: 'done' } }]);
    await note('again', { whenInDoubt: 'again' });
    sender.wake();
    await until((all) => all.some(({ key, repeats }) => key === 'again' && repeats > 0));
    far.how = 'well';
    await allAre('sent');
    expect(far.got.filter((n) => n === 'again').length).toBeGreaterThanOrEqual(2);
  });

  test('a far side that knows keys gets the very same key again, and nothing is done twice', async () => {
    const keys: string[] = [];
    far.how = 'hears and is silent';
    await note('k');
    await start({
      deduplicates: true,
      write: (call) => {
        keys.push(call.key);
        if (keys.length === 2) far.how = 'well';
        return far.write(call);
      },
    });
    expect(await allAre('sent')).toMatchObject([{ tries: 2, repeats: 0 }]);
    expect(new Set(keys).size).toBe(1);
    expect(far.seen.size).toBe(1);
  });

  test('a process that dies while it calls leaves a doubt behind, one that dies before leaves nothing', async () => {
    far.how = 'hangs';
    await note('called');
    const runner = randomUUID();
    await start({}, { runner, runningMax: 1 });
    await until(([one]) => one?.state === 'sending' && far.got.length === 1);
    await note('waits');
    await database.db
      .collection<OutboxDocument>('outbox')
      .updateOne(
        { clientId, key: 'waits' },
        { $set: { lease: { runner, claim: 'x', until: new Date(Date.now() + 60_000) } } },
      );
    far.how = 'well';
    const probe = async ({ key }: { key: string }): Promise<Probe> =>
      far.seen.has(key) ? 'done' : 'not-done';
    await start({ probe: probe as never }, {}, [runner]);
    const sent = await allAre('sent');
    expect(sent.map(({ key, knownBy, repeats }) => [key, knownBy, repeats])).toEqual([
      ['called', 'look', 0],
      ['waits', 'answer', 0],
    ]);
    expect(far.got).toEqual(['called', 'waits']);
  });

  test('what a database that is away kept from its end is looked for when it is back, without waiting for the lease', async () => {
    // The note of the answer, and that of the doubt.
    let failures = 0;
    const fails = (method: string) => {
      if (failures === 0 || method !== 'updateOne') return false;
      failures -= 1;
      return true;
    };
    const write: OutsideEffect<unknown>['write'] = async (asked) => {
      failures = 2;
      return await far.write(asked);
    };
    const probe = async ({ key }: { key: string }): Promise<Probe> =>
      far.seen.has(key) ? 'done' : 'not-done';
    await note('1');
    await start({ write, probe: probe as never }, { db: unsteady(database.db, fails) });
    expect(await allAre('sent')).toMatchObject([{ knownBy: 'look', repeats: 0 }]);
    expect(far.got).toEqual(['1']);
  });

  test('leases of a process that died with the one that started it are not waited for', async () => {
    const { pid = 0 } = spawnSync(process.execPath, ['--eval', '']);
    const runner = runnerNameOf(pid, randomUUID());
    await note('1');
    await database.db
      .collection<OutboxDocument>('outbox')
      .updateOne(
        { clientId },
        { $set: { lease: { runner, claim: 'x', until: new Date(Date.now() + 60_000) } } },
      );
    await start();
    expect(await allAre('sent')).toMatchObject([{ tries: 1, repeats: 0 }]);
  });

  test('a far side that hangs holds up no other, however much waits for it', async () => {
    const quickOne = ConnectionId.parse('quick');
    const got: string[] = [];
    const write: OutsideEffect<unknown>['write'] = async ({ far: { connectionId }, payload, signal }) => {
      if (connectionId === shop) await once(signal, 'abort');
      got.push((payload as { n: string }).n);
      return { receipt: null };
    };
    for (let n = 0; n < 100; n += 1) await note(`hangs-${n}`);
    await note('quick', { connectionId: quickOne });
    const gate = () => new ConnectionGate({ changed: () => {}, resumed: () => {} });
    const doors = new Map([
      [shop, gate()],
      [quickOne, gate()],
    ]);
    gates.push(...doors.values());
    await start(
      { write },
      {
        gateOf: (connectionId) => doors.get(connectionId),
        farOf: (connectionId) => ({ connectionId, type: 'note', baseUrl: '', secret: null, client: null }),
      },
    );
    await until(() => got.includes('quick'));
    expect(got).toEqual(['quick']);
  });

  test('while the far side is down everything waits, and drains when it is back, oldest first', async () => {
    far.how = 'is busy';
    for (let n = 0; n < 12; n += 1) await note(String(n).padStart(2, '0'));
    await start({}, { retry: { ...quick, triesMax: 1_000 }, runningMax: 2 });
    await until((all) => all.reduce((sum, { tries }) => sum + tries, 0) >= 4);
    await wait(30);
    const tries = (await kept()).reduce((sum, one) => sum + one.tries, 0);
    expect(tries).toBeLessThanOrEqual(8);
    far.how = 'well';
    await allAre('sent');
    expect(far.got).toHaveLength(12);
    expect(moved.filter(([, state]) => state === 'dead')).toEqual([]);
  });

  test('what was sent can be taken back where its kind allows it', async () => {
    const back: string[] = [];
    await note('x');
    await start({
      compensate: async ({ payload }) => {
        if (back.length === 0) {
          back.push('cut off');
          throw new InDoubt('cut off');
        }
        back.push((payload as { n: string }).n);
      },
    });
    const [sent] = await allAre('sent');
    expect(await decide(database.db, clientId, sent!._id, 'undo')).toBe(true);
    expect(await allAre('undone')).toMatchObject([{ step: 'compensate', decision: { kind: 'undo' } }]);
    expect(back).toEqual(['cut off', 'x']);
    expect(far.got).toEqual(['x']);
  });

  test('what nobody can send is kept with what to do', async () => {
    await note('1', { effect: 'fax' });
    await note('2', { connectionId: ConnectionId.parse('gone') });
    await note('3', { payload: { n: 3 } });
    await start();
    const dead = await allAre('dead');
    expect(dead.map(({ failure }) => failure?.fix)).toEqual([
      expect.stringMatching(/Update SyncFlow/),
      expect.stringMatching(/Connect it again/),
      expect.stringMatching(/Drop this message/),
    ]);
    expect(await decide(database.db, clientId, dead[0]!._id, 'drop')).toBe(true);
    expect(await decide(database.db, ClientId.parse('other'), dead[1]!._id, 'drop')).toBe(false);
    expect((await kept()).map(({ state }) => state)).toEqual(['dropped', 'dead', 'dead']);
  });
});
