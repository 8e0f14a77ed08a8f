/**
 * Follows every message of an execution through Node-RED and knows when the last branch has ended. Node-RED
 * itself does not (node-red issue 698); its messaging hooks and AsyncLocalStorage together do: a message that
 * a node makes anew, now or later, is known by the asynchronous context in which it is sent.
 *
 * What it can't know is who will never call done(): an execution without any activity for `idleMs` is given up.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import util, {
  type CompleteEvent,
  type FlowNode,
  type Message,
  type ReceiveEvent,
  type SendEvent,
} from '@node-red/util';
import type { Execution, Step } from './execution.ts';
import { guardNode } from './guard-node.ts';
import { WordlessSteps } from './wordless-steps.ts';

/** Where a message carries its execution's id. */
const MARK = '_syncflow';
/** Where a message carries the path of steps that led to it. */
const PATH = '_syncflowPath';
const LABEL = 'syncflow';
const ERROR_LEVEL = 20;
/** A node that reported an error but never calls done() is taken for finished after this time. */
const ERROR_GRACE_MS = 250;

export interface TrackerListener {
  /** A message went along a wire. */
  readonly delivered: (execution: Execution, event: SendEvent) => void;
  /** A node finished with a message. */
  readonly worked: (execution: Execution, node: FlowNode, ms: number, failed: boolean) => void;
  /**
   * A message was dropped since no execution takes it: `late`, its execution has ended, since the node had said that it
   * was done; `orphan`, it comes of no execution at all (a timer of the node's own).
   */
  readonly lost: (node: FlowNode, how: 'late' | 'orphan') => void;
}

/** An execution was given up since nothing happened in it. */
class ExecutionStuck extends Error {
  override readonly name = 'ExecutionStuck';
}

export class Tracker {
  readonly #context = new AsyncLocalStorage<Step>();
  readonly #live = new Map<string, { readonly execution: Execution; readonly end: () => void }>();
  readonly #working = new WeakMap<Message, Step[]>();
  /** How often a message object was delivered without being received: two sends may share one object. */
  readonly #onTheirWay = new WeakMap<Message, number>();
  readonly #wordless = new WordlessSteps();
  readonly #listener: TrackerListener;
  readonly #idleMs: number;

  constructor(listener: TrackerListener, idleMs = 120_000) {
    this.#listener = listener;
    this.#idleMs = idleMs;
    const { hooks } = util;
    hooks.add(`onSend.${LABEL}`, (events) => this.#onSend(events));
    hooks.add(`preRoute.${LABEL}`, (event) => this.#preRoute(event));
    hooks.add(`postDeliver.${LABEL}`, (event) => this.#postDeliver(event));
    hooks.add(`onReceive.${LABEL}`, (event, next) => this.#onReceive(event, next));
    hooks.add(`postReceive.${LABEL}`, (event) => this.#postReceive(event));
    hooks.add(`onComplete.${LABEL}`, (event) => this.#onComplete(event));
  }

  dispose(): void {
    util.hooks.remove(`*.${LABEL}`);
  }

  /** The step whose code runs now, as far as it is one of ours. */
  current(): Step | undefined {
    return this.#context.getStore();
  }

  /** Sends a message into a node and ends when the last branch that comes of it has ended. */
  async run<Context>(
    node: FlowNode,
    message: Message,
    execution: Execution<Context>,
  ): Promise<Execution<Context>> {
    const ended = new Promise<void>((resolve) => {
      this.#live.set(execution.id, { execution, end: resolve });
    });
    const watch = setInterval(() => this.#giveUpWhenStuck(execution), this.#idleMs / 4);
    message[MARK] = execution.id;
    message[PATH] = '';
    node.receive(message);
    this.#endWhenIdle(execution);
    await ended;
    clearInterval(watch);
    return execution;
  }

  /** To be fed with Node-RED's log: an error there is one that no catch node took. */
  logged(entry: { readonly level: number; readonly id?: string; readonly msg: unknown }): void {
    const step = this.#context.getStore();
    if (entry.level !== ERROR_LEVEL || !step || !entry.id) return;
    this.failed(step, entry.msg, entry.id);
  }

  /** A step failed in a way that Node-RED did not see: a rejected promise, a timer that threw. */
  failed(step: Step, error: unknown, nodeId = step.node.id): void {
    step.execution.failures.push({ nodeId, error });
    step.error ??= error;
    this.#closeSoon(step);
  }

  #closeSoon(step: Step): void {
    setTimeout(() => this.#close(step, true), ERROR_GRACE_MS).unref();
  }

  /** Ends an execution without waiting for what is still at work in it. */
  giveUp(execution: Execution, error: Error): void {
    execution.failures.push({ nodeId: [...execution.steps][0]?.node.id ?? '', error });
    this.#end(execution);
  }

  #executionOf(message: Message): Execution | undefined {
    const id = message[MARK];
    return typeof id === 'string' ? this.#live.get(id)?.execution : undefined;
  }

  /** @returns false for messages that nobody can follow any more: Node-RED then drops them. */
  #onSend(events: readonly SendEvent[]): false | undefined {
    const here = this.#context.getStore();
    const senders = new Set<Step>();
    const sent = new Set<Message>();
    for (const [index, { msg, source }] of events.entries()) {
      msg[MARK] ??= here?.execution.id;
      const execution = this.#executionOf(msg);
      if (!execution) {
        this.#listener.lost(source.node, msg[MARK] === undefined ? 'orphan' : 'late');
        return false;
      }
      // A queue sends messages of many executions in the context of one of them: the message itself knows better.
      const own = this.#stepOf(msg, source.node) ?? (here?.execution === execution ? here : undefined);
      const path = own?.path ?? (typeof msg[PATH] === 'string' ? msg[PATH] : '');
      msg[PATH] = `${path}/${own?.sends ?? 0}.${source.port}.${index}`;
      if (!own) continue;
      // Several wires of one output carry the same message: cloned for each later on.
      if (!sent.has(msg)) own.outputs.push({ port: source.port, item: msg.payload });
      sent.add(msg);
      senders.add(own);
    }
    for (const step of senders) step.sends += 1;
    return undefined;
  }

  /** Node-RED drops a message to a node that does not exist (its constructor threw) without a word. */
  #preRoute({ msg, source, destination }: SendEvent): void {
    const execution = this.#executionOf(msg);
    if (!execution || destination.node || source.node._flow?.activeNodes[destination.id]) return;
    const error = new Error(`the node ${destination.id} could not be started, so its message was lost`);
    execution.failures.push({ nodeId: destination.id, error });
  }

  #postDeliver(event: SendEvent): void {
    const execution = this.#executionOf(event.msg);
    if (!execution) return;
    execution.pending += 1;
    execution.active();
    this.#onTheirWay.set(event.msg, (this.#onTheirWay.get(event.msg) ?? 0) + 1);
    this.#listener.delivered(execution, event);
  }

  #onReceive(event: ReceiveEvent, next: () => void): void {
    const { msg, destination } = event;
    const here = this.#context.getStore();
    if (msg[MARK] === undefined && here) msg[MARK] = here.execution.id;
    const execution = this.#executionOf(msg);
    if (!execution) {
      next();
      return;
    }
    const onTheWay = this.#onTheirWay.get(msg) ?? 0;
    if (onTheWay > 0) {
      this.#onTheirWay.set(msg, onTheWay - 1);
      execution.pending -= 1;
    }
    // A node that reported an error to a catch node may never say that it is done.
    if (here && destination.node.type === 'catch') this.#closeSoon(here);
    guardNode(destination.node, (message, work) => {
      const step = message && this.#stepOf(message, destination.node);
      if (step) this.#context.run(step, work);
      else work();
    });
    const step: Step = {
      execution,
      node: destination.node,
      startedMs: performance.now(),
      input: msg.payload,
      outputs: [],
      path: typeof msg[PATH] === 'string' ? msg[PATH] : (here?.path ?? ''),
      sends: 0,
      open: true,
    };
    execution.steps.add(step);
    execution.active();
    const steps = this.#working.get(msg);
    if (steps) steps.push(step);
    else this.#working.set(msg, [step]);
    this.#context.run(step, next);
  }

  /** A handler with fewer than three parameters never calls done(): it has finished soon after it returns. */
  #postReceive({ msg, destination }: ReceiveEvent): void {
    if (destination.node._expectedDoneCount > 0) return;
    const step = this.#stepOf(msg, destination.node);
    if (step) this.#wordless.add(step, () => this.#close(step, false));
  }

  #onComplete({ msg, node, error }: CompleteEvent): void {
    const step = this.#stepOf(msg, node.node);
    const failed = error !== undefined && error !== null;
    if (step && failed) step.error ??= error;
    if (step) this.#close(step, failed);
  }

  #stepOf(message: Message, node: FlowNode): Step | undefined {
    return this.#working.get(message)?.find((step) => step.open && step.node === node);
  }

  #close(step: Step, failed: boolean): void {
    if (!step.open) return;
    step.open = false;
    const { execution, node } = step;
    const ms = performance.now() - step.startedMs;
    execution.steps.delete(step);
    execution.active();
    execution.worked(step, ms, failed);
    this.#listener.worked(execution, node, ms, failed);
    this.#endWhenIdle(execution);
  }

  #endWhenIdle(execution: Execution): void {
    if (!execution.idle) return;
    // Catch and complete nodes receive synchronously after onComplete: look again when they had their turn.
    queueMicrotask(() => {
      if (execution.idle) this.#end(execution);
    });
  }

  #end(execution: Execution): void {
    const live = this.#live.get(execution.id);
    if (!live || execution.state !== 'running') return;
    this.#live.delete(execution.id);
    execution.finish();
    live.end();
  }

  #giveUpWhenStuck(execution: Execution): void {
    if (performance.now() - execution.lastActivityMs < this.#idleMs) return;
    const nodes = [...execution.steps].map(({ node }) => node.name ?? node.id).join(', ');
    const text = `nothing happened for ${this.#idleMs / 1000} s; still at work: ${nodes || 'nobody'}`;
    this.giveUp(execution, new ExecutionStuck(text));
  }
}
