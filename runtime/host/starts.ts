/** Where runs of a client's flows begin: at its triggers, or at a node at which a message waited. */
import type { EventTopic } from '../events/event.ts';
import { DEFAULT_RETRY, type RetryPolicy } from '../events/retry-policy.ts';
import type { ClientId } from '../ids.ts';
import type { EventAddress } from '../later/later-effects.ts';
import type { ScheduledTrigger } from '../later/schedules.ts';
import type { GraphNode } from '../pipelines/graph.ts';
import type { NodeType, NodeTypes } from '../pipelines/node-type.ts';
import type { HostedPipeline } from './host.ts';

/** One way into a pipeline. */
export interface TriggerOf {
  readonly pipeline: HostedPipeline;
  readonly nodeId: string;
  readonly retry: RetryPolicy;
}

type Pipelines = Iterable<HostedPipeline>;

/** Every trigger of the client's pipelines that wants the topic. */
export function triggersFor(
  pipelines: Pipelines,
  types: NodeTypes,
  clientId: ClientId,
  topic: EventTopic,
): TriggerOf[] {
  return nodesOf(pipelines, types, clientId, (_node, type) => type.wants === topic).map(startOf);
}

/** The nodes that an event is for, when they run here and begin with such events. */
export function addressedIn(
  pipelines: Pipelines,
  types: NodeTypes,
  clientId: ClientId,
  { pipelineId, nodeId }: EventAddress,
  topic: EventTopic,
): TriggerOf[] {
  const wants = topic === 'flow.continued' ? null : topic;
  return nodesOf(
    pipelines,
    types,
    clientId,
    (node, type, pipeline) =>
      pipeline.id === pipelineId && (nodeId === null || node.id === nodeId) && type.wants === wants,
  ).map(startOf);
}

/** The client's triggers by the clock, without those of flows that are held back. */
export function scheduledIn(pipelines: Pipelines, types: NodeTypes, clientId: ClientId): ScheduledTrigger[] {
  return nodesOf(
    pipelines,
    types,
    clientId,
    (_node, type, { heldBack }) => !!type.schedule && !heldBack,
  ).flatMap(({ pipeline, node, type }) => {
    const schedule = type.schedule?.(node.config);
    return schedule ? [{ pipelineId: pipeline.id, nodeId: node.id, schedule }] : [];
  });
}

interface Found {
  readonly pipeline: HostedPipeline;
  readonly node: GraphNode;
  readonly type: NodeType;
}

const startOf = ({ pipeline, node, type }: Found): TriggerOf => ({
  pipeline,
  nodeId: node.id,
  retry: type.retry?.(node.config) ?? DEFAULT_RETRY,
});

function nodesOf(
  pipelines: Pipelines,
  types: NodeTypes,
  clientId: ClientId,
  isOne: (node: GraphNode, type: NodeType, pipeline: HostedPipeline) => boolean,
): Found[] {
  return [...pipelines]
    .filter((pipeline) => pipeline.clientId === clientId)
    .flatMap((pipeline) =>
      pipeline.graph.nodes.flatMap((node) => {
        const type = types.get(node.type);
        return type && isOne(node, type, pipeline) ? [{ pipeline, node, type }] : [];
      }),
    );
}
