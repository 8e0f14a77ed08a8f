/** The flow host of one process: deploys pipelines to Node-RED and runs them for events, each followed to its true end. */
import { isDeepStrictEqual } from 'node:util';
import runtime from '@node-red/runtime';
import type { SendEvent } from '@node-red/util';
import type { Effects, NodeContext } from '../effects/node-context.ts';
import { Rejected, Retryable } from '../errors.ts';
import type { EventTopic, IncomingEvent } from '../events/event.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import type { EventAddress, Part } from '../later/later-effects.ts';
import type { ScheduledTrigger } from '../later/schedules.ts';
import { compilePipeline, flowNodeIdOf, TYPE_PREFIX } from '../pipelines/compile.ts';
import { type Graph, wireIdOf } from '../pipelines/graph.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { validateGraph } from '../pipelines/validate.ts';
import { DeployGate } from './deploy-gate.ts';
import { Execution } from './execution.ts';
import type { Culprit } from './last-words.ts';
import { deployFlows, initRuntime, startRuntime } from './node-red.ts';
import { addressedIn, scheduledIn, type TriggerOf, triggersFor } from './starts.ts';
import { Tracker } from './tracker.ts';
import { firstMessage, typedNode } from './typed-node.ts';

export interface HostedPipeline {
  readonly id: PipelineId;
  readonly clientId: ClientId;
  readonly name: string;
  readonly graph: Graph;
  /** Why it must not run although it shall: its events become dead letters meanwhile, and run when it does again. */
  readonly heldBack?: { readonly reason: string; readonly fix: string };
}

/** What belongs to one execution: reachable from every node that works in it. */
export interface ExecutionContext {
  readonly pipeline: HostedPipeline;
  readonly event: IncomingEvent;
  readonly effects: Effects;
  readonly signal: AbortSignal;
}

export interface HostOptions {
  readonly types: NodeTypes;
  /** A message went along a wire. */
  readonly onWire: (pipeline: HostedPipeline, wireId: string) => void;
  /** A node finished with a message. */
  readonly onNode: (pipeline: HostedPipeline, nodeId: string, ms: number, failed: boolean) => void;
  /** A node sent a message that no execution takes, so it was dropped: see `TrackerListener`. */
  readonly onLost: (pipeline: HostedPipeline, nodeId: string, how: 'late' | 'orphan') => void;
  readonly onLog: (
    level: 'warn' | 'error' | 'info',
    text: string,
    facts: Readonly<Record<string, unknown>>,
  ) => void;
}

/** A node of a flow failed; `cause` is what it threw, `where` names it for people. */
export class FlowFailed extends Error {
  override readonly name = 'FlowFailed';
  readonly where: string;
  constructor(where: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.where = where;
  }
}

/** A trigger that was there when an event came is there no longer. */
export class FlowGone extends Error {
  override readonly name = 'FlowGone';
}

const ERROR_LEVEL = 20;
/** Executions of what is replaced have this long to end. */
const DRAIN_MS = 10_000;
/** Said at each start without a credential secret: Node-RED keeps no credentials here, the vault does. */
const UNENCRYPTED_NOTICE = 'Using unencrypted credentials';

export class Host {
  readonly #options: HostOptions;
  readonly #tracker: Tracker;
  readonly #gate = new DeployGate();
  #pipelines = new Map<PipelineId, HostedPipeline>();

  private constructor(options: HostOptions) {
    this.#options = options;
    this.#tracker = new Tracker({
      delivered: (execution, event) => this.#delivered(contextOf(execution), event),
      worked: (execution, node, ms, failed) => {
        const { pipeline } = contextOf(execution);
        options.onNode(pipeline, node.id.slice(pipeline.id.length + 1), ms, failed);
      },
      lost: (node, how) => {
        const pipeline = this.#pipelines.get(node.z as PipelineId);
        if (pipeline) options.onLost(pipeline, node.id.slice(pipeline.id.length + 1), how);
      },
    });
  }

  /** Starts Node-RED with the typed nodes registered. Once per process. */
  static async start(options: HostOptions): Promise<Host> {
    const host = new Host(options);
    initRuntime((entry) => {
      host.#tracker.logged(entry);
      if (entry.msg === UNENCRYPTED_NOTICE) return;
      const level = entry.level <= ERROR_LEVEL ? 'error' : 'warn';
      options.onLog(level, String(entry.msg instanceof Error ? entry.msg.message : entry.msg), {
        node: entry.id,
      });
    });
    for (const definition of options.types.values()) {
      const implementation = typedNode(definition, (nodeId, part) => host.#contextNow(nodeId, part));
      runtime._.nodes.registerType('syncflow', `${TYPE_PREFIX}${definition.type}`, implementation);
    }
    await startRuntime();
    return host;
  }

  /**
   * Runs exactly these pipelines from now on. Executions of what is replaced get time to end; those of all others go on.
   * @returns how many executions took too long and were interrupted: their events run again.
   * @throws {Error} naming what is wrong with the first invalid one; nothing was changed then.
   */
  async deploy(pipelines: readonly HostedPipeline[], drainMs = DRAIN_MS): Promise<number> {
    const running = pipelines.filter(({ heldBack }) => !heldBack);
    for (const pipeline of running) {
      if (this.#pipelines.get(pipeline.id) === pipeline) continue;
      const [problem] = validateGraph(pipeline.graph, this.#options.types);
      if (problem) throw new Error(`the pipeline "${pipeline.name}" can't run: ${problem.text}`);
    }
    const next = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
    const replaced = new Set(
      [...this.#pipelines.values()]
        .filter((pipeline) => !isDeepStrictEqual(pipeline, next.get(pipeline.id)))
        .map(({ id }) => id),
    );
    return await this.#gate.replace(replaced, drainMs, async () => {
      await deployFlows(running.flatMap((pipeline) => compilePipeline(pipeline, this.#options.types)));
      this.#pipelines = next;
    });
  }

  /** Whether any running pipeline of the client has a trigger for the topic. */
  wants(clientId: ClientId, topic: EventTopic): boolean {
    return this.triggersFor(clientId, topic).length > 0;
  }

  /** Every trigger of the client's running pipelines that wants the topic. */
  triggersFor(clientId: ClientId, topic: EventTopic): TriggerOf[] {
    return triggersFor(this.#pipelines.values(), this.#options.types, clientId, topic);
  }

  /** The nodes that an event is for, when they run here and begin with such events. */
  addressed(clientId: ClientId, to: EventAddress, topic: EventTopic): TriggerOf[] {
    return addressedIn(this.#pipelines.values(), this.#options.types, clientId, to, topic);
  }

  /** The client's triggers by the clock, without those of flows that are held back. */
  scheduledOf(clientId: ClientId): ScheduledTrigger[] {
    return scheduledIn(this.#pipelines.values(), this.#options.types, clientId);
  }

  /** The client's flows that run here, without those that are held back. */
  runningOf(clientId: ClientId): PipelineId[] {
    return [...this.#pipelines.values()]
      .filter((pipeline) => pipeline.clientId === clientId && !pipeline.heldBack)
      .map(({ id }) => id);
  }

  /**
   * Runs a pipeline from one of its triggers for one event. Ends when its last branch has ended.
   * @throws {FlowGone} when a deploy has taken the trigger away meanwhile.
   */
  async run(id: string, nodeId: string, context: ExecutionContext): Promise<Execution<ExecutionContext>> {
    const pipelineId = context.pipeline.id;
    await this.#gate.enter(pipelineId);
    const pipeline = this.#pipelines.get(pipelineId);
    if (!pipeline?.graph.nodes.some((node) => node.id === nodeId)) throw new FlowGone(nodeId);
    const execution = new Execution(id, { ...context, pipeline });
    const node = runtime._.nodes.getNode(flowNodeIdOf(pipelineId, nodeId));
    if (!node) {
      execution.failures.push({ nodeId: flowNodeIdOf(pipelineId, nodeId), error: notRunning(pipeline) });
      execution.finish();
      return execution;
    }
    return await this.#gate.follow(
      pipelineId,
      this.#tracker.run(node, firstMessage(context.event), execution),
      () => this.#tracker.giveUp(execution, new Retryable('The flow was changed while it ran.')),
    );
  }

  /** The first failure of an execution as an error for the retry policy; null when it went well. */
  failureOf({ failures, context }: Execution<ExecutionContext>): FlowFailed | null {
    const [first] = failures;
    if (!first) return null;
    const nodeId = first.nodeId.slice(context.pipeline.id.length + 1);
    const name = context.pipeline.graph.nodes.find(({ id }) => id === nodeId)?.name ?? nodeId;
    return new FlowFailed(`${context.pipeline.name} › ${name}`, first.error);
  }

  /**
   * What was thrown outside of any node's handler, but in the course of one: the execution fails.
   * @returns who is to blame; null when nobody is known.
   */
  blame(error: unknown): Culprit | null {
    const step = this.#tracker.current();
    if (step) this.#tracker.failed(step, error);
    return this.culprit();
  }

  /** Which node is at work at this very moment. */
  culprit(): Culprit | null {
    const step = this.#tracker.current();
    if (!step) return null;
    const { pipeline, event } = contextOf(step.execution);
    return {
      clientId: pipeline.clientId,
      pipelineId: pipeline.id,
      pipelineName: pipeline.name,
      nodeName: step.node.name ?? step.node.id,
      eventId: event.id,
    };
  }

  async stop(): Promise<void> {
    await runtime.stop();
    this.#tracker.dispose();
  }

  #contextNow(nodeId: string, part: Part | null): NodeContext {
    const step = this.#tracker.current();
    if (!step) throw new Error('a node was asked to work outside of an execution');
    const { pipeline, event, effects, signal } = contextOf(step.execution);
    return {
      effects,
      nodeId,
      part,
      now: new Date(),
      key: `${event.id}:${pipeline.id}:${nodeId}:${step.path}`,
      signal,
      log: (text, facts = {}) =>
        this.#options.onLog('info', text, {
          ...facts,
          client: pipeline.clientId,
          pipeline: pipeline.id,
          node: nodeId,
        }),
    };
  }

  #delivered({ pipeline }: ExecutionContext, { source, destination }: SendEvent): void {
    const nodeOf = (flowNodeId: string) => flowNodeId.slice(pipeline.id.length + 1);
    const from = pipeline.graph.nodes.find(({ id }) => id === nodeOf(source.id));
    const output = from && Object.keys(this.#options.types.get(from.type)?.outputs ?? {})[source.port];
    if (!from || !output) return;
    this.#options.onWire(pipeline, wireIdOf({ from: from.id, output, to: nodeOf(destination.id) }));
  }
}

/** Its flow is held back, or Node-RED could not start the trigger. */
function notRunning({ id, name, heldBack }: HostedPipeline): Error {
  if (!heldBack) return new Error(`a trigger of the flow "${name}" could not be started`);
  return new Rejected(heldBack.reason, {
    fix: heldBack.fix,
    code: 'flow.held',
    about: { kind: 'pipeline', id },
  });
}

function contextOf(execution: Execution): ExecutionContext {
  return execution.context as ExecutionContext;
}
