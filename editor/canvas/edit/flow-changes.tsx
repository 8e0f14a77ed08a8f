import type { FlowComparison, NodeChange } from '#runtime/flow/compare-flows.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { StatusBadge } from '../../ui/status-mark.tsx';

const tones = { added: 'ok', removed: 'bad', changed: 'warn' } as const;
const icons = { added: 'zoomIn', removed: 'zoomOut', changed: 'mend' } as const;

/** What differs between two states of a flow, in words. */
export function FlowChanges({ comparison, types }: { comparison: FlowComparison; types: NodeDescriptions }) {
  const { nodes, wires } = comparison;
  return (
    <ul className="grid gap-2">
      {nodes.map((change) => (
        <li key={`${change.kind} ${change.nodeId}`} className="rounded-lg border border-line px-3 py-2">
          <div className="flex items-center gap-2">
            <StatusBadge tone={tones[change.kind]} icon={icons[change.kind]}>
              {words.kinds[change.kind]}
            </StatusBadge>
            <span className="min-w-0 truncate font-medium">{change.name}</span>
            <span className="truncate text-xs text-quiet">{typeBeside(change, types)}</span>
          </div>
          {change.fields.length > 0 && <Fields change={change} types={types} />}
        </li>
      ))}
      {wires.map(({ id, kind, from, output, to }) => (
        <li key={`${kind} ${id}`} className="flex items-center gap-2 rounded-lg border border-line px-3 py-2">
          <StatusBadge tone={tones[kind]} icon={icons[kind]}>
            {words.wireKinds[kind]}
          </StatusBadge>
          <span className="min-w-0 text-sm">
            {from} <span className="text-quiet">· {output} →</span> {to}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The type's title, where the node is not called so already. */
function typeBeside({ type, name }: NodeChange, types: NodeDescriptions): string {
  const title = types.get(type)?.title ?? type;
  return title === name ? '' : title;
}

function Fields({ change, types }: { change: NodeChange; types: NodeDescriptions }) {
  const properties = types.get(change.type)?.settings.properties ?? {};
  return (
    <dl className="mt-1.5 grid gap-1 text-sm">
      {change.fields.map(({ field, before, after }) => (
        <div key={field}>
          <dt className="text-xs text-quiet">{properties[field]?.title ?? words.field[field] ?? field}</dt>
          <dd className="break-words">
            <del className="text-quiet decoration-bad/70">{shown(before)}</del> →{' '}
            <ins className="font-medium no-underline">{shown(after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === '') return words.nothing;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
