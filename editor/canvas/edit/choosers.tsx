import { useMemo } from 'react';
import type { Graph } from '#runtime/flow/flow.ts';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { typesOfOutput } from '#runtime/flow/port-of-wire.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import { judgeWire } from '#runtime/flow/wire-rule.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import type { Choice } from '../../ui/choice.ts';
import { Chooser } from '../../ui/chooser.tsx';
import { Keys } from '../../ui/keys.tsx';
import { say } from '../../ui/toast.tsx';
import { FlowCardIcon } from '../flow-card-icon.tsx';
import { PortShape } from '../port-shape.tsx';
import { addToFlow } from './add-to-flow.ts';
import { showNode } from './canvas-view.ts';
import { type CommandContext, commands } from './commands.ts';
import { commandsHere } from './commands-here.ts';
import { type AddTarget, closeDialog, useEditorUi } from './editor-ui.ts';
import { addNode, connect } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';
import { RunChooser } from './run-chooser.tsx';
import { TypeMarks } from './type-marks.tsx';

/** The lists that open over the page: commands, nodes to add, nodes to connect, nodes to find. */
export function Choosers({ context }: { context: CommandContext }) {
  const dialog = useEditorUi((state) => state.dialog);
  switch (dialog) {
    case 'commands':
      return <CommandChooser context={context} />;
    case 'add':
      return <AddChooser types={context.types} />;
    case 'connect':
      return <ConnectChooser types={context.types} />;
    case 'runs':
      return <RunChooser />;
    case 'find':
      return <FindChooser types={context.types} />;
    default:
      return null;
  }
}

const typeChoice = (type: NodeDescription): Choice => ({
  id: type.type,
  title: type.title,
  about: type.summary,
  group: words.groups[type.group],
  mark: <FlowCardIcon node={type} />,
  aside: <TypeMarks type={type} />,
});

function CommandChooser({ context }: { context: CommandContext }) {
  const choices = useMemo(() => {
    const doable = commandsHere().filter(({ id, when }) => id !== 'commands' && (when?.() ?? true));
    const types = useFlow.getState().readOnly ? [] : [...context.types.values()];
    const added = types.map((type) => ({
      ...typeChoice(type),
      id: `add:${type.type}`,
      title: `${words.add}: ${type.title}`,
      group: words.add,
    }));
    return [
      ...doable.map(
        ({ id, title, group, keys }): Choice => ({
          id,
          title,
          group: words.keyGroups[group],
          aside: keys?.[0] && <Keys keys={keys[0]} />,
        }),
      ),
      ...added,
    ];
  }, [context.types]);
  return (
    <Chooser
      title={words.commands}
      placeholder={words.commandsSearch}
      none={words.nothingFound}
      choices={choices}
      onClose={closeDialog}
      onChoose={(id) => {
        const type = id.startsWith('add:') ? context.types.get(id.slice(4)) : undefined;
        if (type) addToFlow(context.types, type, null);
        else void commands.find((command) => command.id === id)?.run(context);
      }}
    />
  );
}

/** What may stand there: for a dropped wire, only what takes it. */
function fitting(graph: Graph, types: NodeDescriptions, { from, wire }: AddTarget): NodeDescription[] {
  const output = from ?? (wire && { nodeId: wire.from, output: wire.output });
  return [...types.values()].filter((type) => {
    if (!output) return true;
    if (!type.input) return false;
    const probe = addNode(graph, type, { x: 0, y: 0 });
    return judgeWire(probe.graph, types, { from: output.nodeId, output: output.output, to: probe.id }).fits;
  });
}

function AddChooser({ types }: { types: NodeDescriptions }) {
  const target = useEditorUi((state) => state.add);
  const { graph } = useFlow.getState();
  const choices = useMemo(() => fitting(graph, types, target).map(typeChoice), [graph, types, target]);
  const sent = target.from && typesOfOutput(graph, types, target.from.nodeId, target.from.output)?.[0];
  const title = target.wire ? words.addOn : sent ? words.addTo(sent) : words.add;
  return (
    <Chooser
      title={title}
      placeholder={title}
      none={words.nothingFound}
      choices={choices}
      onClose={closeDialog}
      onChoose={(id) => {
        const type = types.get(id);
        if (type) addToFlow(types, type, target);
      }}
    />
  );
}

function ConnectChooser({ types }: { types: NodeDescriptions }) {
  const { graph, chosen } = useFlow.getState();
  const source = graph.nodes.find(({ id }) => id === chosen.at(-1));
  const choices = useMemo(() => (source ? connections(graph, types, source.id) : []), [graph, types, source]);
  if (!source) return null;
  const outputs = types.get(source.type)?.outputs ?? [];
  return (
    <Chooser
      title={words.connect(source.name)}
      placeholder={words.connectSearch}
      none={outputs.length === 0 ? words.endNode : words.nothingFound}
      choices={choices}
      onClose={closeDialog}
      onChoose={(id) => {
        const [output = '', kind, target = ''] = id.split('\n');
        if (kind === 'new') {
          const type = types.get(target);
          const from = { nodeId: source.id, output };
          if (type) addToFlow(types, type, { at: { x: source.x + 344, y: source.y }, from, wire: null });
          return;
        }
        change((now) => connect(now, { from: source.id, output, to: target }));
        say(
          'ok',
          words.connected(source.name, graph.nodes.find((node) => node.id === target)?.name ?? target),
        );
        showNode(source.id);
      }}
    />
  );
}

const portMark = (type: string) => <PortShape type={type} size={14} />;

/** Each output with each node: what fits first, then new nodes, then what does not fit and why. */
function connections(graph: Graph, types: NodeDescriptions, from: string): Choice[] {
  const source = graph.nodes.find(({ id }) => id === from);
  const outputs = (source && types.get(source.type)?.outputs) ?? [];
  const there = new Set(graph.wires.map(wireIdOf));
  const all = outputs.flatMap(({ name }) => {
    const mark = portMark(typesOfOutput(graph, types, from, name)?.[0] ?? 'Any');
    const title = (to: string) => (outputs.length > 1 ? words.connectOutput(name, to) : to);
    const known = graph.nodes
      .filter(({ id }) => id !== from && !there.has(wireIdOf({ from, output: name, to: id })))
      .map((node): Choice => {
        const verdict = judgeWire(graph, types, { from, output: name, to: node.id });
        return {
          id: `${name}\nto\n${node.id}`,
          title: title(node.name),
          about: types.get(node.type)?.title,
          group: verdict.fits ? words.connectExisting : words.connectNot,
          mark,
          refused: verdict.fits ? undefined : verdict.reason,
        };
      });
    const fresh = fitting(graph, types, { at: null, wire: null, from: { nodeId: from, output: name } }).map(
      (type): Choice => ({
        ...typeChoice(type),
        id: `${name}\nnew\n${type.type}`,
        title: title(type.title),
        group: words.connectNew,
      }),
    );
    return [...known, ...fresh];
  });
  const order = [words.connectExisting, words.connectNew, words.connectNot];
  return all.sort((a, b) => order.indexOf(a.group as never) - order.indexOf(b.group as never));
}

function FindChooser({ types }: { types: NodeDescriptions }) {
  const { graph } = useFlow.getState();
  const choices = useMemo(
    () =>
      graph.nodes.map(
        ({ id, name, type, config }): Choice => ({
          id,
          title: name,
          about: types.get(type)?.title ?? type,
          words: JSON.stringify(config),
          mark: <FlowCardIcon node={{ type, group: types.get(type)?.group ?? 'Decide' }} />,
        }),
      ),
    [graph, types],
  );
  return (
    <Chooser
      title={words.find}
      placeholder={words.findSearch}
      none={words.nothingFound}
      choices={choices}
      onClose={closeDialog}
      onChoose={(id) => {
        choose([id]);
        showNode(id);
      }}
    />
  );
}
