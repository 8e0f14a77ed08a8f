import { lazy, Suspense, useEffect, useRef } from 'react';
import type { GraphNode } from '#runtime/flow/flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { FlowCardIcon } from '../flow-card-icon.tsx';
import { focusNode } from './canvas-view.ts';
import type { CommandContext } from './commands.ts';
import { commandsHere } from './commands-here.ts';
import { choose, useFlow } from './flow-state.ts';

/** Forms come when the first node is chosen: a flow that is only looked at needs none. */
export const loadForm = async () => ({ default: (await import('./node-form.tsx')).NodeForm });
const NodeForm = lazy(loadForm);
const NodeMessages = lazy(async () => ({ default: (await import('./node-messages.tsx')).NodeMessages }));

const frame =
  'z-10 flex flex-col border-line bg-surface max-md:absolute max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[70%] max-md:animate-rise max-md:rounded-t-2xl max-md:border-t max-md:shadow-float md:w-[22rem] md:shrink-0 md:border-l';

/** Beside the canvas, on a phone over its lower part (keep-in-sight.tsx): the chosen node's settings, messages and help; or what can be done to many. */
export function EditInspector({
  context,
  problems,
  focus,
}: {
  context: CommandContext;
  problems: readonly FlowProblem[];
  /** Grows each time that a person asks for it by keyboard: then it takes the focus. */
  focus: number;
}) {
  const chosen = useFlow((state) => state.chosen);
  const nodes = useFlow((state) => state.graph.nodes);
  const picked = nodes.filter(({ id }) => chosen.includes(id));
  const [first] = picked;
  if (!first) return null;
  if (picked.length > 1) return <Many context={context} n={picked.length} />;
  return <One key={first.id} node={first} types={context.types} problems={problems} focus={focus} />;
}

function One({
  node,
  types,
  problems,
  focus,
}: {
  node: GraphNode;
  types: NodeDescriptions;
  problems: readonly FlowProblem[];
  focus: number;
}) {
  const flow = useFlow((state) => state.id);
  const heading = useRef<HTMLHeadingElement>(null);
  const seen = useRef(focus);
  useEffect(() => {
    if (focus !== seen.current) heading.current?.focus({ preventScroll: true });
    seen.current = focus;
  }, [focus]);
  const type = types.get(node.type);

  function close(): void {
    choose([]);
    focusNode(node.id);
  }

  return (
    <aside
      aria-label={texts.canvas.inspector}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        focusNode(node.id);
      }}
      className={frame}
    >
      <div className="flex items-center gap-3 py-3 pr-2 pl-4">
        <FlowCardIcon node={{ type: node.type, group: type?.group ?? 'Decide' }} />
        <div className="min-w-0 grow">
          <h2 ref={heading} tabIndex={-1} className="truncate font-semibold">
            {node.name}
          </h2>
          <p className="truncate text-xs text-quiet">{type?.title ?? words.notInstalled}</p>
        </div>
        <IconButton icon="close" label={texts.close} onClick={close} />
      </div>
      <Tabs
        label={texts.canvas.inspector}
        tabs={[
          {
            id: 'settings',
            title: texts.canvas.settings,
            content: (
              <Suspense>
                <NodeForm
                  node={node}
                  type={type}
                  types={types}
                  problems={problems.filter(({ nodeId }) => nodeId === node.id)}
                />
              </Suspense>
            ),
          },
          {
            id: 'messages',
            title: words.messages,
            content: (
              <Suspense>
                <NodeMessages flow={flow} node={node.id} />
              </Suspense>
            ),
          },
          {
            id: 'help',
            title: texts.canvas.help,
            content: (
              <>
                <p className="mb-3 text-pretty whitespace-pre-line">
                  {type?.help ?? words.unknownType(node.type)}
                </p>
                <p className="font-mono text-xs text-quiet">{node.type}</p>
              </>
            ),
          },
        ]}
      />
    </aside>
  );
}

const FOR_MANY = ['left', 'top', 'columns', 'rows', 'tidy', 'group', 'ungroup', 'toggle', 'copy', 'remove'];

function Many({ context, n }: { context: CommandContext; n: number }) {
  return (
    <aside aria-label={texts.canvas.inspector} className={frame}>
      <div className="flex items-center gap-3 py-3 pr-2 pl-4">
        <div className="min-w-0 grow">
          <h2 className="font-semibold">{words.many(n)}</h2>
          <p className="text-xs text-quiet">{words.manyAbout}</p>
        </div>
        <IconButton icon="close" label={texts.close} onClick={() => choose([])} />
      </div>
      <ul className="grid gap-1.5 p-4 pt-1">
        {commandsHere()
          .filter(({ id }) => FOR_MANY.includes(id))
          .map((command) => (
            <li key={command.id}>
              <Button className="w-full justify-between!" onClick={() => void command.run(context)}>
                {command.title}
                {command.keys?.[0] && <Keys keys={command.keys[0]} />}
              </Button>
            </li>
          ))}
      </ul>
    </aside>
  );
}
