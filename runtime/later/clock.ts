/** The clock of one client: lets out what is due, at its moment, and looks by itself now and then. */

export interface DueWork {
  /** Does what is due. @returns how much it was; when it was much, there may be more. */
  release(now: Date): Promise<number>;
  /** When the next is due; null: nothing is known of. */
  nextAt(): Promise<Date | null>;
}

/** Work of another process, or a wrong clock: seen at the latest then. */
const LOOK_MS_MAX = 60_000;
const AWAY_MS = 1_000;

export class Clock {
  readonly #works: readonly DueWork[];
  readonly #released: () => void;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #wantedAtMs = Number.POSITIVE_INFINITY;
  #stopped = true;

  /** @param released something was let out. @param failed it could not be looked; it is looked again. */
  constructor(works: readonly DueWork[], released: () => void, failed: (error: unknown) => void) {
    this.#works = works;
    this.#released = released;
    this.#failed = failed;
  }

  start(): void {
    this.#stopped = false;
    this.wakeAt(new Date());
  }

  /** Something is due at this moment. */
  wakeAt(at: Date): void {
    if (this.#stopped || at.getTime() >= this.#wantedAtMs) return;
    this.#wantedAtMs = at.getTime();
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(at.getTime() - Date.now(), 0), LOOK_MS_MAX);
    this.#timer = setTimeout(() => {
      this.#turn = this.#look();
    }, delayMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  /** Most looks find nothing due, and cost one question. */
  async #lookAt(work: DueWork): Promise<void> {
    const now = new Date();
    let next = await work.nextAt();
    if (next && next <= now) {
      if ((await work.release(now)) > 0) this.#released();
      next = await work.nextAt();
    }
    if (next) this.wakeAt(next);
  }

  async #look(): Promise<void> {
    this.#wantedAtMs = Number.POSITIVE_INFINITY;
    try {
      for (const work of this.#works) await this.#lookAt(work);
      this.wakeAt(new Date(Date.now() + LOOK_MS_MAX));
    } catch (error) {
      this.#failed(error);
      this.wakeAt(new Date(Date.now() + AWAY_MS));
    }
  }
}
