import { lazy, Suspense } from 'react';
import type { GraphNode } from '#runtime/flow/flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { isInUse } from '#runtime/flow/setting-problems.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { changeNode, remove, setSetting, toggleNodes } from './flow-edits.ts';
import { change, useFlow } from './flow-state.ts';
import { NodeWires } from './node-wires.tsx';
import { SettingField } from './setting-field.tsx';
import { TypesContext } from './taking.ts';

const HookAddress = lazy(async () => ({ default: (await import('./hook-address.tsx')).HookAddress }));

/** The settings of a node, as a form made of its schema, and its wires. What is typed is the draft at once. */
export function NodeForm({
  node,
  type,
  types,
  problems,
}: {
  node: GraphNode;
  type: NodeDescription | undefined;
  types: NodeDescriptions;
  problems: readonly FlowProblem[];
}) {
  const { id, name, config, disabled } = node;
  const readOnly = useFlow((state) => state.readOnly);
  const fields = Object.entries(type?.settings.properties ?? {}).filter(
    ([field]) => type && isInUse(type.settings, field, config),
  );
  const shown = new Set(fields.map(([field]) => field));
  const others = problems.filter(({ field }) => field === null || !shown.has(field));
  return (
    <div className="grid gap-4">
      {others.map((problem) => (
        <p
          key={problem.text}
          className={`flex gap-1.5 text-sm text-pretty ${problem.severity === 'error' ? 'text-bad' : 'text-warn'}`}
        >
          <Icon name="warn" size={16} className="mt-0.5" />
          {problem.text}
        </p>
      ))}
      <fieldset disabled={readOnly} className="grid min-w-0 gap-4">
        <label className="block">
          <span className="mb-1 block text-xs font-medium text-quiet">{words.nodeName}</span>
          <input
            type="text"
            value={name}
            maxLength={80}
            onChange={({ target }) =>
              change(
                (graph) => changeNode(graph, id, { name: target.value || (type?.title ?? '·') }),
                `name:${id}`,
              )
            }
            className="h-9 w-full rounded-lg border border-edge bg-surface px-2.5 text-[1rem] sm:text-sm"
          />
        </label>
        <TypesContext value={types}>
          {type ? (
            fields.map(([field, schema]) => (
              <SettingField
                key={field}
                node={id}
                name={field}
                schema={schema}
                value={config[field] ?? schema.default}
                problem={problems.find((problem) => problem.field === field)}
                onChange={(value) =>
                  change((graph) => setSetting(graph, id, field, value), `setting:${id}:${field}`)
                }
              />
            ))
          ) : (
            <p className="text-sm text-pretty text-quiet">{words.unknownType(node.type)}</p>
          )}
        </TypesContext>
      </fieldset>
      {type?.address && !readOnly && (
        <Suspense>
          <HookAddress node={id} />
        </Suspense>
      )}
      {type && fields.length === 0 && <p className="text-sm text-quiet">{words.noSettings}</p>}
      <NodeWires node={node} types={types} />
      {!readOnly && (
        <div className="flex gap-2 border-t border-line pt-4">
          <Button
            icon={disabled ? 'ok' : 'pause'}
            onClick={() => change((graph) => toggleNodes(graph, new Set([id])))}
          >
            {disabled ? words.switchOn : words.switchOff}
          </Button>
          <Button icon="close" onClick={() => change((graph) => remove(graph, new Set([id])))}>
            {words.remove}
          </Button>
        </div>
      )}
    </div>
  );
}
