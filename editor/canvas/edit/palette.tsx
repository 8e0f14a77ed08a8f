import { useMemo, useState } from 'react';
import type { NodeDescription, NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { FlowCardIcon } from '../flow-card-icon.tsx';
import { addToFlow } from './add-to-flow.ts';
import { useEditorUi } from './editor-ui.ts';
import { TypeMarks } from './type-marks.tsx';
import { DRAGGED_TYPE } from './use-drops.ts';

const groups = ['Channels', 'Stock', 'Decide', 'Tell', 'Reports'] as const;

/** Every node that a flow can be built of: click to add, or drag. `/` jumps to its search. */
export function Palette({ types }: { types: NodeDescriptions }) {
  const [typed, setTyped] = useState('');
  const found = useMemo(() => {
    const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
    return [...types.values()].filter(({ title, summary, group }) =>
      wanted.every((word) => `${title} ${summary} ${group}`.toLowerCase().includes(word)),
    );
  }, [types, typed]);
  return (
    <section
      aria-label={words.palette}
      className="flex w-60 shrink-0 flex-col border-r border-line bg-surface max-lg:hidden"
    >
      <div className="flex items-center gap-1 py-2 pr-2 pl-3">
        <label className="relative min-w-0 grow">
          <span className="sr-only">{words.paletteSearch}</span>
          <Icon name="looking" size={16} className="pointer-events-none absolute top-2 left-2.5 text-quiet" />
          <input
            id="palette-search"
            type="search"
            value={typed}
            placeholder={words.paletteSearch}
            onChange={({ target }) => setTyped(target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && found[0]) addToFlow(types, found[0], null);
              if (event.key === 'Escape') setTyped('');
            }}
            className="h-8 w-full rounded-lg border border-edge bg-surface pr-2 pl-8 text-sm placeholder:text-quiet"
          />
        </label>
        <IconButton
          icon="left"
          label={words.hidePalette}
          className="size-8"
          onClick={() => useEditorUi.setState({ palette: false })}
        />
      </div>
      {/* Relative, for what is there for screen readers alone: without it that would lengthen the page. */}
      <div className="relative min-h-0 grow overflow-y-auto px-2 pb-4">
        {groups.map((group) => {
          const members = found.filter((type) => type.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={words.groups[group]}>
              <h2 className="px-1.5 pt-2.5 pb-1 text-xs font-medium text-quiet">{words.groups[group]}</h2>
              <ul>
                {members.map((type) => (
                  <Item key={type.type} type={type} onAdd={() => addToFlow(types, type, null)} />
                ))}
              </ul>
            </section>
          );
        })}
        {found.length === 0 && <p className="px-1.5 py-3 text-sm text-quiet">{words.paletteNone}</p>}
      </div>
      <p className="border-t border-line px-3 py-2 text-xs text-quiet">{words.paletteHint}</p>
    </section>
  );
}

function Item({ type, onAdd }: { type: NodeDescription; onAdd: () => void }) {
  const { title, summary } = type;
  return (
    <li>
      <button
        type="button"
        draggable
        title={summary}
        onDragStart={({ dataTransfer }) => {
          dataTransfer.setData(DRAGGED_TYPE, type.type);
          dataTransfer.effectAllowed = 'copy';
        }}
        onClick={onAdd}
        className="group flex w-full cursor-grab items-center gap-2 rounded-lg px-1.5 py-1 text-left hover:bg-sunken active:cursor-grabbing"
      >
        <FlowCardIcon node={type} />
        <span className="line-clamp-2 min-w-0 grow text-sm/tight">{title}</span>
        <TypeMarks type={type} />
      </button>
    </li>
  );
}
