import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createBatch } from './batch.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A batch whose receiver answers when told to. */
function watched(gapMs = 500) {
  const sent: string[][] = [];
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const batch = createBatch<string>((items) => {
    sent.push([...items]);
    return new Promise<void>((resolve, reject) => {
      answers.push({ resolve, reject });
    });
  }, gapMs);
  return { batch, sent, answers };
}

const passed = (ms: number) => jest.advanceTimersByTimeAsync(ms);

describe('a batch', () => {
  test('hands the first item on at once, and what follows together after the gap', async () => {
    const { batch, sent, answers } = watched();
    batch.add(['orders']);
    expect(sent).toEqual([['orders']]);
    batch.add(['stock', 'orders']);
    batch.add(['stock']);
    answers[0]!.resolve();
    await passed(499);
    expect(sent).toHaveLength(1);
    await passed(1);
    expect(sent).toEqual([['orders'], ['stock', 'orders']]);
  });

  test('waits for a slow answer, however much comes in meanwhile', async () => {
    const { batch, sent, answers } = watched();
    batch.add(['a']);
    for (let round = 0; round < 20; round += 1) {
      batch.add(['b']);
      await passed(1000);
    }
    expect(sent).toEqual([['a']]);
    answers[0]!.resolve();
    await passed(500);
    expect(sent).toEqual([['a'], ['b']]);
  });

  test('goes on after a failure, and starts at once after a rest', async () => {
    const { batch, sent, answers } = watched();
    batch.add(['a']);
    answers[0]!.reject(new Error('no answer'));
    await passed(500);
    expect(sent).toHaveLength(1);
    batch.add(['b']);
    expect(sent).toEqual([['a'], ['b']]);
  });

  test('says nothing more once it is stopped', async () => {
    const { batch, sent, answers } = watched();
    batch.add(['a']);
    batch.add(['b']);
    batch.stop();
    batch.add(['c']);
    answers[0]!.resolve();
    await passed(5000);
    expect(sent).toEqual([['a']]);
  });
});
