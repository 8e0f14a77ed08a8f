/**
 * Gathers items and hands them on in batches: the first at once, the next no sooner than `gapMs` after the
 * last one was dealt with. So a fast stream never asks a slow server for more than it can answer.
 */
export interface Batch<Item> {
  readonly add: (items: Iterable<Item>) => void;
  /** Drops what waits. Nothing is handed on afterwards. */
  readonly stop: () => void;
}

/** `handOn` must not reject; a rejection is dropped and the stream goes on. */
export function createBatch<Item>(
  handOn: (items: ReadonlySet<Item>) => Promise<unknown>,
  gapMs: number,
): Batch<Item> {
  let waiting = new Set<Item>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let stopped = false;

  async function send(): Promise<void> {
    const items = waiting;
    waiting = new Set();
    busy = true;
    await handOn(items).catch(() => undefined);
    if (stopped) return;
    timer = setTimeout(() => {
      busy = false;
      if (waiting.size > 0) void send();
    }, gapMs);
  }

  return {
    add(items) {
      if (stopped) return;
      for (const item of items) waiting.add(item);
      if (!busy && waiting.size > 0) void send();
    },
    stop() {
      stopped = true;
      waiting = new Set();
      clearTimeout(timer);
    },
  };
}
