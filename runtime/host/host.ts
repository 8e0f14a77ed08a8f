/** The flow host of one process: deploys pipelines to Node-RED and runs them for events, each followed to its true end. */
import runtime from '@node-red/runtime';
import type { SendEvent } from '@node-red/util';
import type { Effects, NodeContext } from '../effects/node-context.ts';
import type { EventTopic, IncomingEvent } from '../events/event.ts';
import type { ClientId, PipelineId } from '../ids.ts';
import { compilePipeline, flowNodeIdOf, TYPE_PREFIX } from '../pipelines/compile.ts';
import { type Graph, wireIdOf } from '../pipelines/graph.ts';
import type { NodeTypes } from '../pipelines/node-type.ts';
import { validateGraph } from '../pipelines/validate.ts';
import { Execution } from './execution.ts';
import { deployFlows, initRuntime, startRuntime } from './node-red.ts';
import { Tracker } from './tracker.ts';
import { typedNode } from './typed-node.ts';

export interface HostedPipeline {
  readonly id: PipelineId;
  readonly clientId: ClientId;
  readonly name: string;
  readonly graph: Graph;
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

const ERROR_LEVEL = 20;
/** Said at each start without a credential secret: Node-RED keeps no credentials here, the vault does. */
const UNENCRYPTED_NOTICE = 'Using unencrypted credentials';

export class Host {
  readonly #options: HostOptions;
  readonly #tracker: Tracker;
  #pipelines = new Map<PipelineId, HostedPipeline>();

  private constructor(options: HostOptions) {
    this.#options = options;
    this.#tracker = new Tracker({
      delivered: (execution, event) => this.#delivered(contextOf(execution), event),
      worked: (execution, node, ms, failed) => {
        const { pipeline } = contextOf(execution);
        options.onNode(pipeline, node.id.slice(pipeline.id.length + 1), ms, failed);
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
      const implementation = typedNode(definition, (nodeId) => host.#contextNow(nodeId));
      runtime._.nodes.registerType('syncflow', `${TYPE_PREFIX}${definition.type}`, implementation);
    }
    await startRuntime();
    return host;
  }

  /** Runs exactly these pipelines from now on. @throws {Error} naming what is wrong with the first invalid one. */
  async deploy(pipelines: readonly HostedPipeline[]): Promise<void> {
    for (const { name, graph } of pipelines) {
      const [problem] = validateGraph(graph, this.#options.types);
      if (problem) throw new Error(`the pipeline "${name}" can't run: ${problem.text}`);
    }
    await deployFlows(pipelines.flatMap((pipeline) => compilePipeline(pipeline, this.#options.types)));
    this.#pipelines = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
  }

  /** Whether any running pipeline of the client has a trigger for the topic. */
  wants(clientId: ClientId, topic: EventTopic): boolean {
    return this.triggersFor(clientId, topic).length > 0;
  }

  /** Every trigger of the client's running pipelines that wants the topic. */
  triggersFor(
    clientId: ClientId,
    topic: EventTopic,
  ): { readonly pipeline: HostedPipeline; readonly nodeId: string }[] {
    return [...this.#pipelines.values()]
      .filter((pipeline) => pipeline.clientId === clientId)
      .flatMap((pipeline) =>
        pipeline.graph.nodes
          .filter(({ type }) => this.#options.types.get(type)?.wants === topic)
          .map(({ id }) => ({ pipeline, nodeId: id })),
      );
  }

  /**
   * Runs a pipeline from one of its triggers for one event. Ends when its last branch has ended.
   * @throws {FlowFailed} with the first error that no catch node took.
   */
  async run(id: string, nodeId: string, context: ExecutionContext): Promise<Execution<ExecutionContext>> {
    const { pipeline, event } = context;
    const node = runtime._.nodes.getNode(flowNodeIdOf(pipeline.id, nodeId));
    if (!node) throw new Error(`the trigger "${nodeId}" of the pipeline "${pipeline.name}" does not run`);
    const execution = new Execution(id, context);
    await this.#tracker.run(node, { payload: event }, execution);
    return execution;
  }

  /** The first failure of an execution as an error for the retry policy; null when it went well. */
  failureOf({ failures, context }: Execution<ExecutionContext>): FlowFailed | null {
    const [first] = failures;
    if (!first) return null;
    const nodeId = first.nodeId.slice(context.pipeline.id.length + 1);
    const name = context.pipeline.graph.nodes.find(({ id }) => id === nodeId)?.name ?? nodeId;
    return new FlowFailed(`${context.pipeline.name} › ${name}`, first.error);
  }

  /** What was thrown outside of any node's handler, but in the course of one: true when an execution took the blame. */
  blame(error: unknown): boolean {
    const step = this.#tracker.current();
    if (step) this.#tracker.failed(step, error);
    return step !== undefined;
  }

  async stop(): Promise<void> {
    await runtime.stop();
    this.#tracker.dispose();
  }

  #contextNow(nodeId: string): NodeContext {
    const step = this.#tracker.current();
    if (!step) throw new Error('a node was asked to work outside of an execution');
    const { pipeline, event, effects, signal } = contextOf(step.execution);
    return {
      effects,
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

function contextOf(execution: Execution): ExecutionContext {
  return execution.context as ExecutionContext;
}
