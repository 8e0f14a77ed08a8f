/** Everything that can be done with a flow, once: the keys, the list of commands and the list of shortcuts are made of it. */
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { toNodeRed } from '#runtime/flow/node-red-json.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { say } from '../../ui/toast.tsx';
import { align } from './arrange.ts';
import { fitAll, placeForNew } from './canvas-view.ts';
import { clipboardText, copyChosen, pasteText } from './clipboard.ts';
import { openDialog, useEditorUi } from './editor-ui.ts';
import { addNote, disconnect, group, remove, toggleNodes, ungroup } from './flow-edits.ts';
import { change, choose, redo, undo, useFlow } from './flow-state.ts';
import { stepRun, useRun } from './run-on-canvas.ts';
import { saveNow } from './save-draft.ts';
import { openTrial } from './trial-panel-state.ts';
import { goAlong } from './walk.ts';

/** What commands need of the page around them. */
export interface CommandContext {
  readonly types: NodeDescriptions;
  /** Between drawing and outline. */
  readonly toggleView: () => void;
}

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: keyof typeof words.keyGroups;
  /** Each of them does it; the first one is shown. */
  readonly keys?: readonly string[];
  /** Whether there is something to do it to. */
  readonly when?: () => boolean;
  readonly run: (context: CommandContext) => void | Promise<void>;
}

const chosen = () => useFlow.getState().chosen;
const someChosen = () => chosen().length > 0;
const manyChosen = () => chosen().length > 1;
const runIsOpen = () => useRun.getState().run !== null;
const chosenSet = () => new Set(chosen());

function removeChosen(): void {
  const { chosenWire } = useFlow.getState();
  if (chosenWire) {
    change((graph) => disconnect(graph, new Set([chosenWire])));
    useFlow.setState({ chosenWire: null });
  } else change((graph) => remove(graph, chosenSet()));
}

async function paste({ types }: CommandContext): Promise<void> {
  const { x, y } = placeForNew();
  if (!pasteText(await clipboardText(), types, { x: x + 16, y: y + 16 })) say('bad', words.pasteNone);
}

async function copy({ types }: CommandContext): Promise<void> {
  const n = await copyChosen(types);
  if (n > 0) say('ok', words.copied(n));
}

async function tidyUp(): Promise<void> {
  const { tidyNodes } = await import('./tidy-nodes.ts');
  change((graph) => tidyNodes(graph, chosen()));
}

function exportFlow({ types }: CommandContext): void {
  const { id, name, graph } = useFlow.getState();
  const flow = [
    { id, type: 'tab', label: name },
    ...toNodeRed(graph, types).map((entry) => ({ ...entry, z: id })),
  ];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(flow, null, 2)], { type: 'application/json' }));
  link.download = `${name.replace(/[^\w-]+/g, '-')}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
  say('ok', words.exported);
}

/** In the order in which they are listed. */
export const commands: readonly Command[] = [
  { id: 'add', title: words.add, group: 'add', keys: ['A'], run: () => openDialog('add') },
  {
    id: 'palette',
    title: words.paletteSearch,
    group: 'add',
    keys: ['/'],
    run: () => {
      useEditorUi.setState({ palette: true });
      requestAnimationFrame(() => document.getElementById('palette-search')?.focus());
    },
  },
  {
    id: 'connect',
    title: 'Connect the chosen node',
    group: 'add',
    keys: ['C'],
    when: someChosen,
    run: () => openDialog('connect'),
  },
  {
    id: 'note',
    title: 'Add a note',
    group: 'add',
    keys: ['N'],
    run: () => {
      const added = addNote(useFlow.getState().graph, placeForNew());
      change(() => added.graph);
      choose([added.id]);
    },
  },
  {
    id: 'undo',
    title: words.undo,
    group: 'change',
    keys: ['Mod+Z'],
    when: () => useFlow.getState().past.length > 0,
    run: undo,
  },
  {
    id: 'redo',
    title: words.redo,
    group: 'change',
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    when: () => useFlow.getState().future.length > 0,
    run: redo,
  },
  {
    id: 'remove',
    title: 'Remove what is chosen',
    group: 'change',
    keys: ['Delete', 'Backspace'],
    when: () => someChosen() || useFlow.getState().chosenWire !== null,
    run: removeChosen,
  },
  {
    id: 'toggle',
    title: 'Switch off, or on again',
    group: 'change',
    keys: ['D'],
    when: someChosen,
    run: () => change((graph) => toggleNodes(graph, chosenSet())),
  },
  { id: 'copy', title: 'Copy', group: 'change', keys: ['Mod+C'], when: someChosen, run: copy },
  {
    id: 'cut',
    title: 'Cut',
    group: 'change',
    keys: ['Mod+X'],
    when: someChosen,
    run: async (context) => {
      await copy(context);
      removeChosen();
    },
  },
  { id: 'paste', title: 'Paste', group: 'change', keys: ['Mod+V'], run: paste },
  {
    id: 'duplicate',
    title: 'Duplicate',
    group: 'change',
    keys: ['Mod+D'],
    when: someChosen,
    run: async (context) => {
      await copyChosen(context.types);
      await paste(context);
    },
  },
  {
    id: 'all',
    title: 'Choose everything',
    group: 'change',
    keys: ['Mod+A'],
    run: () => {
      const { nodes, notes = [] } = useFlow.getState().graph;
      choose([...nodes, ...notes].map(({ id }) => id));
    },
  },
  { id: 'tidy', title: 'Tidy up', group: 'arrange', keys: ['T'], run: tidyUp },
  {
    id: 'left',
    title: 'Align at the left',
    group: 'arrange',
    keys: ['Shift+ArrowLeft'],
    when: manyChosen,
    run: () => change((graph) => align(graph, chosen(), 'left')),
  },
  {
    id: 'top',
    title: 'Align at the top',
    group: 'arrange',
    keys: ['Shift+ArrowUp'],
    when: manyChosen,
    run: () => change((graph) => align(graph, chosen(), 'top')),
  },
  {
    id: 'columns',
    title: 'Spread from left to right',
    group: 'arrange',
    keys: ['Shift+ArrowRight'],
    when: manyChosen,
    run: () => change((graph) => align(graph, chosen(), 'columns')),
  },
  {
    id: 'rows',
    title: 'Spread from top to bottom',
    group: 'arrange',
    keys: ['Shift+ArrowDown'],
    when: manyChosen,
    run: () => change((graph) => align(graph, chosen(), 'rows')),
  },
  {
    id: 'group',
    title: 'Put a frame around them',
    group: 'arrange',
    keys: ['G'],
    when: someChosen,
    run: () => change((graph) => group(graph, chosen(), words.groupNew)),
  },
  {
    id: 'ungroup',
    title: 'Take the frame away',
    group: 'arrange',
    keys: ['Shift+G'],
    when: someChosen,
    run: () => change((graph) => ungroup(graph, chosen())),
  },
  {
    id: 'runs',
    title: words.runs,
    group: 'look',
    keys: ['R'],
    run: () => openDialog('runs'),
  },
  { id: 'step-on', title: words.stepOn, group: 'look', keys: [']'], when: runIsOpen, run: () => stepRun(1) },
  {
    id: 'step-back',
    title: words.stepBack,
    group: 'look',
    keys: ['['],
    when: runIsOpen,
    run: () => stepRun(-1),
  },
  {
    id: 'commands',
    title: words.commands,
    group: 'look',
    keys: ['Mod+K'],
    run: () => openDialog('commands'),
  },
  { id: 'find', title: words.find, group: 'look', keys: ['Mod+F'], run: () => openDialog('find') },
  { id: 'fit', title: 'Show all of it', group: 'look', keys: ['F'], run: fitAll },
  {
    id: 'view',
    title: 'Between drawing and outline',
    group: 'look',
    keys: ['O'],
    run: ({ toggleView }) => toggleView(),
  },
  {
    id: 'next',
    title: 'Along the wires, forward',
    group: 'look',
    keys: ['Alt+ArrowRight'],
    when: someChosen,
    run: () => goAlong('forward'),
  },
  {
    id: 'back',
    title: 'Along the wires, back',
    group: 'look',
    keys: ['Alt+ArrowLeft'],
    when: someChosen,
    run: () => goAlong('back'),
  },
  {
    id: 'sibling',
    title: 'To the next branch',
    group: 'look',
    keys: ['Alt+ArrowDown'],
    when: someChosen,
    run: () => goAlong('branch'),
  },
  { id: 'shortcuts', title: words.shortcuts, group: 'look', keys: ['?'], run: () => openDialog('shortcuts') },
  { id: 'try', title: words.try, group: 'flow', keys: ['Y'], run: () => openTrial() },
  {
    id: 'try-here',
    title: words.tryHere,
    group: 'flow',
    keys: ['Shift+Y'],
    when: someChosen,
    run: () => openTrial({ here: true }),
  },
  { id: 'deploy', title: words.deploy, group: 'flow', keys: ['Mod+Enter'], run: () => openDialog('deploy') },
  { id: 'versions', title: words.versions, group: 'flow', run: () => openDialog('versions') },
  { id: 'save', title: 'Save now', group: 'flow', keys: ['Mod+S'], run: saveNow },
  { id: 'import', title: 'Import Node-RED JSON', group: 'flow', run: () => openDialog('import') },
  { id: 'export', title: 'Export as Node-RED JSON', group: 'flow', run: exportFlow },
];
