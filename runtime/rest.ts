/** How a loop that looks for work rests between its turns: for a while, or until it is told of something. */
export class Rest {
  #told = false;
  #stopped = false;
  #inTrouble = false;
  #end: () => void = () => {};

  /** Whoever loops ends, too. */
  get isOver(): boolean {
    return this.#stopped;
  }

  /** A turn begins: it may miss what is told from now on. */
  begin(): void {
    this.#told = false;
  }

  /** There may be something to do: a rest ends, or the next is none. A pause after trouble lasts all the same. */
  wake(): void {
    this.#told = true;
    if (!this.#inTrouble) this.#end();
  }

  /** What was in trouble is well again: a pause ends, too. */
  resume(): void {
    this.#told = true;
    this.#end();
  }

  /** Nothing rests any more. */
  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  /** @param ms at most. Not at all when something was told since the turn began. */
  async rest(ms: number): Promise<void> {
    if (!this.#told) await this.#wait(ms);
  }

  /** Rests after trouble, whatever is told meanwhile. */
  async pause(ms: number): Promise<void> {
    this.#inTrouble = true;
    await this.#wait(ms);
    this.#inTrouble = false;
  }

  async #wait(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
