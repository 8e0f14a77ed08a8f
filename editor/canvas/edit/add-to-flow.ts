/** Adding a node as a person asks for it: from the palette, the list of commands, a dropped wire or a wire's plus. */
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { say } from '../../ui/toast.tsx';
import { placeForNew, showNode } from './canvas-view.ts';
import type { AddTarget } from './editor-ui.ts';
import { change, choose, useFlow } from './flow-state.ts';
import { addAfter, insertOnWire, outputFor } from './insert-node.ts';

/** Adds it where it was asked for; without a place, behind the chosen node and wired to it where it fits. */
export function addToFlow(types: NodeDescriptions, type: NodeDescription, target: AddTarget | null): void {
  const { graph, chosen } = useFlow.getState();
  const beside = target?.from ? null : graph.nodes.find(({ id }) => id === chosen.at(-1));
  const output = beside && !target?.at && !target?.wire ? outputFor(graph, types, beside.id, type) : null;
  const from = target?.from ?? (beside && output ? { nodeId: beside.id, output } : null);
  const added = target?.wire
    ? insertOnWire(graph, types, target.wire, type)
    : addAfter(graph, types, type, from, target?.at ?? placeForNew());
  change(() => added.graph);
  choose([added.id]);
  showNode(added.id);
  const name = added.graph.nodes.find(({ id }) => id === added.id)?.name ?? type.title;
  const source = from && added.graph.nodes.find(({ id }) => id === from.nodeId)?.name;
  say('ok', source ? words.addedWired(name, source) : words.added(name));
}
