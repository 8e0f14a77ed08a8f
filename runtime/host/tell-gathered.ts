/** Gathers small news for the page and tells them a few times a second, however many there are. */
import type { ClientId, PipelineId } from '../ids.ts';
import type { FromRunner } from './messages.ts';

const TELL_MS = 300;

export class TellGathered {
  readonly #tell: (message: FromRunner) => void;
  readonly #timer: NodeJS.Timeout;
  #topics = new Map<ClientId, Set<string>>();
  #wires = new Map<PipelineId, { readonly clientId: ClientId; readonly counts: Map<string, number> }>();

  constructor(tell: (message: FromRunner) => void) {
    this.#tell = tell;
    this.#timer = setInterval(() => this.#flush(), TELL_MS);
  }

  changed(clientId: ClientId, topics: readonly string[]): void {
    const gathered = this.#topics.get(clientId) ?? new Set();
    for (const topic of topics) gathered.add(topic);
    this.#topics.set(clientId, gathered);
  }

  wire(clientId: ClientId, pipelineId: PipelineId, wireId: string): void {
    const gathered = this.#wires.get(pipelineId) ?? { clientId, counts: new Map<string, number>() };
    gathered.counts.set(wireId, (gathered.counts.get(wireId) ?? 0) + 1);
    this.#wires.set(pipelineId, gathered);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#flush();
  }

  #flush(): void {
    for (const [clientId, topics] of this.#topics)
      this.#tell({ kind: 'changed', clientId, topics: [...topics] });
    for (const [pipelineId, { clientId, counts }] of this.#wires) {
      this.#tell({ kind: 'wires', clientId, pipelineId, counts: Object.fromEntries(counts) });
    }
    this.#topics = new Map();
    this.#wires = new Map();
  }
}
