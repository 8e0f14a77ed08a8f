import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Rejected, Retryable } from '../errors.ts';
import type { ChannelClient } from '../sync/channel.ts';
import { Budget } from './budget.ts';
import { ConnectionGate, type GateOptions, type GateState } from './connection-gate.ts';
import type { Lane } from './lane.ts';
import { limitedClient } from './limited-client.ts';
import { Limiter } from './limiter.ts';
import { budgetOf, retryAfterMs } from './rate-headers.ts';

beforeEach(() => {
  jest.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  jest.useRealTimers();
});
const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const startedMs = 1_800_000_000_000;
const sinceStart = () => Date.now() - startedMs;

test('nobody waits at a door that is closed for good, however long the far side asked for patience', async () => {
  const gate = new ConnectionGate({ changed: () => {}, resumed: () => {} });
  const asked = gate.run('orders', 'poll', async () => {
    throw new Retryable('slow down', { afterMs: 24 * 3_600_000 });
  });
  await expect(asked).rejects.toThrow('slow down');
  const waits = gate.run('lowering', 'read', async () => 'read');
  gate.stop();
  await expect(waits).rejects.toBeInstanceOf(Retryable);
  await expect(gate.run('lowering', 'read', async () => 'read')).rejects.toBeInstanceOf(Retryable);
});

describe('a budget', () => {
  test('fills again as fast as it was told, and a lane that must leave a reserve waits longer', () => {
    const budget = new Budget();
    expect(budget.waitMs(50, 0, 0)).toBe(0);
    budget.told({ left: 10, max: 1_000, perSecond: 50 }, 0, 0);
    expect(budget.waitMs(10, 0, 0)).toBe(0);
    expect(budget.waitMs(60, 0, 0)).toBe(1_000);
    expect(budget.waitMs(60, 0.4, 0)).toBe(9_000);
    expect(budget.waitMs(60, 0, 1_000)).toBe(0);
    budget.spend(60);
    expect(budget.waitMs(60, 0, 1_000)).toBe(1_200);
  });

  test('that is told as a window is whole again when the window ends', () => {
    const budget = new Budget();
    budget.told({ left: 0, max: 60, perSecond: 0, fullInMs: 30_000 }, 0, 0);
    expect(budget.waitMs(1, 0, 0)).toBe(30_000);
    expect(budget.waitMs(1, 0.4, 29_000)).toBe(1_000);
    expect(budget.waitMs(1, 0, 30_000)).toBe(0);
  });

  test('never makes anybody wait for ever, whatever was told', () => {
    const figure = fc.double({ min: -1e6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(figure, figure, figure, figure, (left, max, perSecond, cost) => {
        const budget = new Budget();
        budget.told({ left, max, perSecond }, 0, 0);
        const waitMs = budget.waitMs(cost, 0.4, 0);
        return waitMs >= 0 && Number.isFinite(waitMs);
      }),
    );
  });
});

describe('headers', () => {
  const of = (headers: Record<string, string>) => budgetOf(new Headers(headers), new Date(startedMs));
  test.each([
    [{ 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '3', 'X-RateLimit-Reset': '20' }, 20_000],
    [{ 'RateLimit-Limit': '60, 60;w=60', 'RateLimit-Remaining': '3', 'RateLimit-Reset': '20' }, 20_000],
    [{ 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '3', 'X-RateLimit-Reset': '1800000020' }, 20_000],
  ])('%j tell a window', (headers, fullInMs) => {
    expect(of(headers as Record<string, string>)).toEqual({ left: 3, max: 60, perSecond: 0, fullInMs });
  });
  test.each([
    {},
    { 'x-ratelimit-limit': 'many' },
    { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '3' },
  ])('%j tell nothing', (headers) => {
    expect(of(headers as Record<string, string>)).toBeNull();
  });
  test('Retry-After is seconds or a date, and a day at most', () => {
    const read = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), new Date(startedMs));
    expect(read('2')).toBe(2_000);
    expect(read('1.5')).toBe(1_500);
    expect(read(new Date(startedMs + 5_000).toUTCString())).toBe(5_000);
    expect(read(new Date(startedMs - 5_000).toUTCString())).toBe(0);
    expect(read('99999999')).toBe(24 * 3_600_000);
    expect(read('soon')).toBeUndefined();
  });
});

describe('a limiter', () => {
  /** Calls that take 100 ms each, and the order in which they were made. */
  function recorded(
    limiter: Limiter,
    budget?: { left: number; max: number; perSecond: number; cost: number },
  ) {
    const made: string[] = [];
    let [left, atMs] = [budget?.left ?? 0, Date.now()];
    const run = (lane: Lane, name: string) =>
      limiter.run(lane, 'call', async () => {
        made.push(`${name}@${sinceStart()}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (!budget) return;
        left += ((Date.now() - atMs) / 1_000) * budget.perSecond - budget.cost;
        atMs = Date.now();
        expect(left).toBeGreaterThan(-1);
        limiter.observe({ name, ms: 100, status: 200, budget: { ...budget, left } });
      });
    return { made, run };
  }

  test('lets the most urgent lane through first, and within a lane the oldest', async () => {
    const { made, run } = recorded(new Limiter(1));
    for (const [lane, name] of [
      ['bulk', 'a'],
      ['bulk', 'b'],
      ['messages', 'c'],
      ['raising', 'd'],
      ['polls', 'h'],
      ['lowering', 'e'],
      ['orders', 'f'],
      ['lowering', 'g'],
    ] as const)
      void run(lane, name);
    await passed(1_000);
    expect(made.map((entry) => entry[0]).join('')).toBe('afeghdcb');
  });

  test('does not starve what is least urgent: who waits long moves up', async () => {
    const { made, run } = recorded(new Limiter(1));
    const flood = setInterval(() => void run('lowering', 'low'), 90);
    await passed(500);
    void run('bulk', 'bulk');
    await passed(60_000);
    clearInterval(flood);
    expect(made.some((entry) => entry.startsWith('bulk'))).toBe(true);
    expect(made.findIndex((entry) => entry.startsWith('bulk'))).toBeGreaterThan(100);
  });

  test('learns what calls cost, and spends a budget no faster than it comes back', async () => {
    const limiter = new Limiter(4);
    const { made, run } = recorded(limiter, { left: 300, max: 1_000, perSecond: 50, cost: 100 });
    await Promise.all([run('orders', 'x'), passed(100)]);
    for (let call = 0; call < 10; call += 1) void run('orders', 'x');
    await passed(11_000);
    // 200 points are left after the first call: two more at once, then one every two seconds.
    expect(made.length).toBeGreaterThanOrEqual(7);
    expect(made.length).toBeLessThanOrEqual(8);
  });

  test('waits as long as it was asked to, then begins with one at a time', async () => {
    const limiter = new Limiter(4);
    let sideBySide = 0;
    let most = 0;
    await expect(
      limiter.run('orders', 'call', async () => {
        throw new Retryable('slow down', { afterMs: 5_000 });
      }),
    ).rejects.toThrow('slow down');
    const ends: number[] = [];
    for (let call = 0; call < 12; call += 1)
      void limiter.run('orders', 'call', async () => {
        sideBySide += 1;
        most = ends.length === 0 ? Math.max(most, sideBySide) : most;
        await new Promise((resolve) => setTimeout(resolve, 100));
        sideBySide -= 1;
        ends.push(sinceStart());
      });
    await passed(4_900);
    expect(ends).toEqual([]);
    await passed(2_000);
    expect(ends).toHaveLength(12);
    expect(most).toBe(1);
    expect((ends.at(-1) ?? 0) - (ends[0] ?? 0)).toBeLessThan(1_100);
  });
});

describe('the door to a connection', () => {
  function door(options: Partial<GateOptions> = {}) {
    const states: (GateState | null)[] = [];
    let resumed = 0;
    const gate = new ConnectionGate({
      changed: (state) => states.push(state),
      resumed: () => {
        resumed += 1;
      },
      breaker: { failuresMax: 3, lookMsFirst: 2_000, lookMsMax: 60_000 },
      ...options,
    });
    let up = false;
    const calls: number[] = [];
    const call = async () => {
      calls.push(sinceStart());
      if (!up) throw new Retryable('no answer');
    };
    return {
      gate,
      states,
      calls,
      call,
      run: () => gate.run('messages', 'call', call),
      resumed: () => resumed,
      come: (back: boolean) => {
        up = back;
      },
    };
  }

  test('closes after failures in a row; what comes then waits, and is told for how long', async () => {
    const { run, calls, gate, states } = door();
    for (let failure = 0; failure < 3; failure += 1) await expect(run()).rejects.toThrow('no answer');
    expect(states).toMatchObject([{ state: 'open', failures: 3, nextLookAt: new Date(startedMs + 2_000) }]);
    await expect(run()).rejects.toMatchObject({ message: 'no answer', afterMs: 2_000 });
    expect(calls).toHaveLength(3);
    expect(gate.closedForMs).toBe(2_000);
  });

  test('looks more and more rarely; one call finds out, and the others follow when it is back', async () => {
    const { run, come, calls, resumed, states, gate } = door();
    for (let failure = 0; failure < 3; failure += 1) await expect(run()).rejects.toThrow();
    await passed(2_000);
    expect(resumed()).toBe(1);
    const looks = await Promise.allSettled([run(), run(), run()]);
    expect(looks.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(calls).toHaveLength(4);
    expect(gate.closedForMs).toBe(4_000);
    come(true);
    await passed(4_000);
    await run();
    expect(states.at(-1)).toBeNull();
    await Promise.all([run(), run(), run()]);
    expect(calls).toHaveLength(8);
  });

  test('with a probe finds out by itself, without any work', async () => {
    let looked = 0;
    const { run, resumed, gate } = door({
      probe: async () => {
        looked += 1;
        if (looked < 3) throw new Retryable('still down');
      },
    });
    for (let failure = 0; failure < 3; failure += 1) await expect(run()).rejects.toThrow();
    await passed(2_000 + 4_000);
    expect([looked, resumed()]).toEqual([2, 0]);
    await passed(8_000);
    expect([looked, resumed(), gate.closedForMs]).toEqual([3, 1, 0]);
  });

  test('sends away who waits for a turn when it closes, so that nobody holds a lease for nothing', async () => {
    const { gate, call } = door({ runningMax: 1 });
    const waiting = await Promise.all(
      Array.from({ length: 10 }, () => gate.run('messages', 'call', call).catch((error: unknown) => error)),
    );
    expect(waiting.every((error) => error instanceof Retryable && error.message === 'no answer')).toBe(true);
    expect(gate.closedForMs).toBeGreaterThan(0);
  });

  test('a limit is no outage; keys that are refused are one at once, for a channel', async () => {
    const limit = () => Promise.reject(new Retryable('slow down', { afterMs: 1 }));
    const refused = () => Promise.reject(new Rejected('wrong key', { fix: 'Enter it again.' }));
    const channel = door({ rejectedIsTrouble: true });
    for (let call = 0; call < 5; call += 1) {
      await expect(channel.gate.run('orders', 'c', limit)).rejects.toThrow('slow down');
      await passed(10);
    }
    expect(channel.states).toEqual([]);
    const noSuchOrder = () => Promise.reject(new Rejected('gone', { fix: 'Look.', concerns: 'call' }));
    await expect(channel.gate.run('orders', 'c', noSuchOrder)).rejects.toThrow('gone');
    expect(channel.states).toEqual([null]);
    await expect(channel.gate.run('orders', 'c', refused)).rejects.toThrow('wrong key');
    await expect(channel.run()).rejects.toMatchObject({ fix: 'Enter it again.' });
    expect(channel.states).toMatchObject([null, { state: 'open' }]);
    const service = door();
    await expect(service.gate.run('messages', 'c', refused)).rejects.toThrow('wrong key');
    expect(service.states).toEqual([null]);
  });

  test('says once that the far side is well, also when it never closed', async () => {
    const { run, come, gate, states, resumed } = door();
    come(true);
    for (let call = 0; call < 5; call += 1) await run();
    expect([states, resumed()]).toEqual([[null], 0]);
    gate.sayAgain();
    for (let call = 0; call < 5; call += 1) await run();
    expect([states, resumed()]).toEqual([[null, null], 0]);
  });

  test('that was let go says nothing of calls that end afterwards', async () => {
    const { gate, states } = door();
    const late = gate.run('messages', 'call', async () => void (await passed(10)));
    gate.stop();
    await late;
    expect(states).toEqual([]);
  });

  test('stands before every call of a client, and falling counts overtake rising ones', async () => {
    const { gate, come } = door({ runningMax: 1 });
    come(true);
    const made: string[] = [];
    const slow = async (name: string) => {
      made.push(name);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return new Map<string, never>();
    };
    const client = limitedClient(
      {
        readQuantities: () => slow('read'),
        setQuantities: ([change]) => slow(`set ${change?.to}`),
        async *listings(attempt = (call) => call()) {
          for (const page of ['page 1', 'page 2']) {
            await attempt(() => slow(page));
            yield [];
          }
        },
        subscribe: async () => {},
      } satisfies ChannelClient,
      gate,
    );
    const set = (from: number, to: number) =>
      client.setQuantities([{ externalId: 'x', ref: {}, from, to }], 'key');
    const pages = (async () => {
      for await (const _page of client.listings()) made.push('read a page');
    })();
    const writes = Promise.all([set(1, 5), set(9, 3)]);
    await passed(200);
    await Promise.all([pages, writes]);
    expect(made.filter((entry) => entry !== 'read a page')).toEqual(['page 1', 'set 3', 'set 5', 'page 2']);
    expect(client.cancelOrder).toBeUndefined();
  });
});
