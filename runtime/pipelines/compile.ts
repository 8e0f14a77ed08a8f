/** From a pipeline to the Node-RED configuration of one tab. Ids are ours, so that traces and counts can be read back. */
import type { PipelineId } from '../ids.ts';
import type { Graph } from './graph.ts';
import type { NodeTypes } from './node-type.ts';

/** One entry of a Node-RED flow configuration. */
export interface FlowEntry {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Our types carry this prefix in Node-RED, so that they never meet one of its own. */
export const TYPE_PREFIX = 'syncflow-';

export function flowNodeIdOf(pipelineId: PipelineId, nodeId: string): string {
  return `${pipelineId}.${nodeId}`;
}

/**
 * Compiles a valid graph.
 * @throws {Error} on a type that is not installed: `validateGraph` comes first.
 */
export function compilePipeline(
  pipeline: { readonly id: PipelineId; readonly name: string; readonly graph: Graph },
  types: NodeTypes,
): FlowEntry[] {
  const { id: pipelineId, name, graph } = pipeline;
  const nodes = graph.nodes.map((node) => {
    const type = types.get(node.type);
    if (!type) throw new Error(`the type ${node.type} is not installed`);
    const wires = Object.keys(type.outputs).map((output) =>
      graph.wires
        .filter((wire) => wire.from === node.id && wire.output === output)
        .map(({ to }) => flowNodeIdOf(pipelineId, to)),
    );
    return {
      id: flowNodeIdOf(pipelineId, node.id),
      type: `${TYPE_PREFIX}${node.type}`,
      z: pipelineId,
      name: node.name,
      x: node.x,
      y: node.y,
      wires,
      pipelineId,
      nodeId: node.id,
      config: node.config,
    };
  });
  return [{ id: pipelineId, type: 'tab', label: name, disabled: false }, ...nodes];
}
