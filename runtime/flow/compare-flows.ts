/** What differs between two states of a flow: for the deploy dialog and the view of versions. */
import type { Graph, GraphNode } from '../pipelines/graph.ts';
import { sameJson } from './same-json.ts';
import { wireIdOf } from './wire-id.ts';

export interface FieldChange {
  /** A setting's name; `name`, `disabled` or `type` for the node itself. */
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface NodeChange {
  readonly nodeId: string;
  readonly name: string;
  readonly type: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly fields: readonly FieldChange[];
}

export interface WireChange {
  readonly id: string;
  readonly kind: 'added' | 'removed';
  /** Names of the nodes at its ends. */
  readonly from: string;
  readonly output: string;
  readonly to: string;
}

export interface FlowComparison {
  readonly nodes: readonly NodeChange[];
  readonly wires: readonly WireChange[];
  /** Nothing that runs differs, but places, notes or groups do. */
  readonly looksOnly: boolean;
  readonly same: boolean;
}

/** From `before` to `after`. Moving cards is no change of the flow: `looksOnly` tells of it. */
export function compareFlows(before: Graph, after: Graph): FlowComparison {
  const nodes = [...changedNodes(before, after), ...removedNodes(before, after)];
  const wires = [...wiresOnlyIn(after, before, 'added'), ...wiresOnlyIn(before, after, 'removed')];
  const runsSame = nodes.length === 0 && wires.length === 0;
  const same = runsSame && sameJson(before, after);
  return { nodes, wires, looksOnly: runsSame && !same, same };
}

function changedNodes(before: Graph, after: Graph): NodeChange[] {
  const known = new Map(before.nodes.map((node) => [node.id, node]));
  return after.nodes.flatMap((node): NodeChange[] => {
    const old = known.get(node.id);
    const change = { nodeId: node.id, name: node.name, type: node.type };
    if (!old) return [{ ...change, kind: 'added', fields: [] }];
    const fields = changedFields(old, node);
    return fields.length === 0 ? [] : [{ ...change, kind: 'changed', fields }];
  });
}

function removedNodes(before: Graph, after: Graph): NodeChange[] {
  const left = new Set(after.nodes.map(({ id }) => id));
  return before.nodes
    .filter(({ id }) => !left.has(id))
    .map(({ id, name, type }) => ({ nodeId: id, name, type, kind: 'removed', fields: [] }));
}

function changedFields(old: GraphNode, node: GraphNode): FieldChange[] {
  const own = [
    { field: 'type', before: old.type, after: node.type },
    { field: 'name', before: old.name, after: node.name },
    { field: 'disabled', before: old.disabled === true, after: node.disabled === true },
  ];
  const settings = [...new Set([...Object.keys(old.config), ...Object.keys(node.config)])].map((field) => ({
    field,
    before: old.config[field],
    after: node.config[field],
  }));
  return [...own, ...settings].filter((change) => !sameJson(change.before, change.after));
}

function wiresOnlyIn(here: Graph, there: Graph, kind: WireChange['kind']): WireChange[] {
  const known = new Set(there.wires.map(wireIdOf));
  const nameOf = (id: string) => here.nodes.find((node) => node.id === id)?.name ?? id;
  return here.wires
    .filter((wire) => !known.has(wireIdOf(wire)))
    .map((wire) => ({
      id: wireIdOf(wire),
      kind,
      from: nameOf(wire.from),
      output: wire.output,
      to: nameOf(wire.to),
    }));
}
