/** An answer that costs much and is asked for often: worked out once in a while, and never from before it was asked for. */
import { setTimeout as wait } from 'node:timers/promises';

interface Turn<Answer> {
  readonly startedMs: number;
  /** Of those who asked since: worked out when the gap is over. */
  next: Promise<Answer> | null;
}

const TURNS_MAX = 10_000;

/**
 * Works out one answer for each key at a time, and begins no other one within the gap. Whoever asks meanwhile gets the next one:
 * an answer of before could leave out the very change for which it was asked again, and nobody would ask a third time.
 */
export function inTurns<Answer>(
  work: (key: string) => Promise<Answer>,
  gapMs: number,
): (key: string) => Promise<Answer> {
  const turns = new Map<string, Turn<Answer>>();
  function begin(key: string): Promise<Answer> {
    if (turns.size >= TURNS_MAX) turns.clear();
    const answer = work(key);
    turns.set(key, { startedMs: Date.now(), next: null });
    return answer;
  }
  return async (key) => {
    const turn = turns.get(key);
    const waitMs = turn ? turn.startedMs + gapMs - Date.now() : 0;
    if (!turn || waitMs <= 0) return await begin(key);
    turn.next ??= wait(waitMs).then(() => begin(key));
    return await turn.next;
  };
}
