/** What every message service keeps: it lets the right keys in, sends once, says no in words, and bears what goes wrong. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ALL_OUTSIDE_EFFECTS } from '#nodes/all-services.ts';
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';
import { ClientId } from '#runtime/ids.ts';
import { ConnectionGate } from '#runtime/limits/connection-gate.ts';
import { enqueue } from '#runtime/outbox/enqueue.ts';
import type { OutboxDocument } from '#runtime/outbox/outbox-document.ts';
import { Sender } from '#runtime/outbox/sender.ts';
import { openTestDatabase, type TestDatabase } from '#test/database/test-database.ts';
import { MESSAGE_SERVICES, openServiceBench, type ServiceBench } from './service-bench.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe.each(MESSAGE_SERVICES)('%s', (type) => {
  let bench: ServiceBench;
  let clientId: ClientId;
  beforeEach(async () => {
    bench = await openServiceBench(type);
    clientId = ClientId.parse(`c-${randomUUID()}`);
  });
  afterEach(() => bench.close());

  const messages = () => database.db.collection<OutboxDocument>('outbox');
  const enqueueOne = async () => {
    const message = { key: 'k', effect: bench.effect.type, connectionId: bench.far.connectionId };
    await enqueue(database.db, clientId, { ...message, subject: 'Test', payload: bench.payload() });
  };

  /** Works the outbox off until the message came to rest; waits that are long in earnest are cut short. */
  async function settle(dead: readonly string[] = []): Promise<OutboxDocument> {
    const gate = new ConnectionGate({
      changed: () => {},
      resumed: () => {},
      breaker: { lookMsFirst: 20, lookMsMax: 50 },
    });
    const sender = new Sender({
      db: database.db,
      clientId,
      runner: 'r',
      effects: ALL_OUTSIDE_EFFECTS,
      farOf: () => bench.far,
      gateOf: () => gate,
      closed: () => [],
      moved: () => {},
      retry: { triesMax: 5, firstDelayMs: 10, factor: 1, delayMsMax: 10 },
      pollMs: 10,
    });
    await sender.start(dead);
    let message: OutboxDocument | null = null;
    for (let turn = 0; turn < 500; turn += 1) {
      message = await messages().findOne({ clientId });
      if (message && (['sent', 'dead'].includes(message.state) || message.doubt?.needsPerson)) break;
      await messages().updateMany({ clientId, lease: null }, { $set: { notBefore: null } });
      await wait(10);
    }
    await sender.stop();
    gate.stop();
    if (!message) throw new Error('there is no message');
    return message;
  }

  test('lets the right keys in, and says what is wrong with others', async () => {
    expect(await bench.service.check?.(bench.far)).toEqual([]);
    expect((await bench.connect(bench.input)).name).toMatch(/: /);
    const wrong = '0'.repeat(32);
    const input = { ...bench.input, [bench.key]: bench.key === 'apiKey' ? `SG.${wrong}` : wrong };
    await expect(bench.connect(input)).rejects.toMatchObject({
      name: 'Rejected',
      code: 'far-side.keys',
      action: 'connect-again',
    });
    expect(bench.arrived()).toBe(0);
  });

  test('sends once, also when the process dies between the call and the note of it', async () => {
    await enqueueOne();
    const { providerKey, queuedAt } = (await messages().findOne({ clientId })) as OutboxDocument;
    await bench.effect.write(bench.call({ key: providerKey, queuedAt }));
    const lease = { runner: 'dead', claim: 'x', until: new Date(0) };
    await messages().updateOne({ clientId }, { $set: { state: 'sending', lease, tries: 1 } });
    const message = await settle(['dead']);
    expect(bench.arrived()).toBe(1);
    // A mail server can't be asked: a person is.
    if (type === 'smtp') expect(message.doubt?.needsPerson).toBe(true);
    else expect(message).toMatchObject({ state: 'sent', knownBy: 'look' });
  });

  test('a lost answer is looked up, and nothing is sent twice', async () => {
    bench.misbehave(['no answer']);
    await enqueueOne();
    const message = await settle();
    expect(bench.arrived()).toBe(1);
    if (type === 'smtp') expect(message.doubt?.needsPerson).toBe(true);
    else expect(message).toMatchObject({ state: 'sent', knownBy: 'look' });
  });

  test('busy and out of order: it comes through in the end, once', async () => {
    bench.misbehave([429, 503, 429]);
    await enqueueOne();
    expect(await settle()).toMatchObject({ state: 'sent', knownBy: 'answer', tries: 4 });
    expect(bench.arrived()).toBe(1);
  });

  test('what goes wrong is told apart: sure that nothing was sent, in doubt, a matter for a person', async () => {
    const write = async (fault: number | 'no answer', signal = new AbortController().signal) => {
      bench.misbehave([fault]);
      return await bench.effect.write(bench.call({ signal })).catch((error: unknown) => error);
    };
    expect(await write(429)).toBeInstanceOf(Retryable);
    expect(await write(503)).toBeInstanceOf(Retryable);
    if (type !== 'smtp') expect(await write(500)).toBeInstanceOf(InDoubt);
    expect(await write('no answer')).toBeInstanceOf(InDoubt);
    await bench.close();
    const gone = await bench.effect.write(bench.call()).catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(Retryable);
    expect(String((gone as Error).message)).toMatch(/could not be reached/);
  });

  test('a connection of another kind is refused with what to choose', async () => {
    const far = { ...bench.far, type: 'webhook' };
    const refused = await bench.effect.write(bench.call({ far })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Rejected);
    expect((refused as Rejected).fix).toMatch(/^Choose a connection to /);
  });
});
