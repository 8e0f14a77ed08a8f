/** While a pipeline is replaced, no new execution of it begins, and those that run get time to end. Others notice nothing. */
import { setTimeout as wait } from 'node:timers/promises';
import type { PipelineId } from '../ids.ts';

interface Running {
  readonly ended: Promise<unknown>;
  readonly interrupt: () => void;
}

export class DeployGate {
  readonly #closed = new Map<PipelineId, Promise<void>>();
  readonly #running = new Map<PipelineId, Set<Running>>();

  /** Ends when executions of the pipeline may begin. */
  async enter(id: PipelineId): Promise<void> {
    for (let open = this.#closed.get(id); open; open = this.#closed.get(id)) await open;
  }

  /** Notes an execution until it has ended. */
  async follow<Ended>(id: PipelineId, ended: Promise<Ended>, interrupt: () => void): Promise<Ended> {
    const running = { ended, interrupt };
    const all = this.#running.get(id) ?? new Set();
    this.#running.set(id, all.add(running));
    try {
      return await ended;
    } finally {
      all.delete(running);
      if (all.size === 0 && this.#running.get(id) === all) this.#running.delete(id);
    }
  }

  /**
   * Lets the executions of these pipelines end, interrupts those that take longer than `drainMs`, and then replaces.
   * @returns how many were interrupted.
   */
  async replace(
    ids: ReadonlySet<PipelineId>,
    drainMs: number,
    replacing: () => Promise<void>,
  ): Promise<number> {
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    for (const id of ids) this.#closed.set(id, opened);
    try {
      const interrupted = await this.#drain(ids, drainMs);
      await replacing();
      return interrupted;
    } finally {
      for (const id of ids) this.#closed.delete(id);
      open();
    }
  }

  async #drain(ids: ReadonlySet<PipelineId>, drainMs: number): Promise<number> {
    const running = () => [...ids].flatMap((id) => [...(this.#running.get(id) ?? [])]);
    const ended = Promise.allSettled(running().map((one) => one.ended));
    const limit = new AbortController();
    await Promise.race([ended, wait(drainMs, undefined, { signal: limit.signal }).catch(() => {})]);
    limit.abort();
    const left = running();
    for (const { interrupt } of left) interrupt();
    await ended;
    return left.length;
  }
}
