import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Icon } from '../../ui/icon.tsx';
import type { FrameNode } from './cards.ts';
import { nameGroup } from './flow-edits.ts';
import { change, choose, useFlow } from './flow-state.ts';

/** A frame around nodes that belong together. Its button chooses them all, so that they move as one. */
export const FrameCard = memo(function FrameCard({ data }: NodeProps<FrameNode>) {
  const { group, members } = data;
  const readOnly = useFlow((state) => state.readOnly);
  return (
    <div className="pointer-events-none h-full rounded-2xl border border-dashed border-edge/60 bg-accent-soft/30">
      <div className="pointer-events-auto m-2 flex w-fit items-center gap-1 rounded-lg px-1">
        <button
          type="button"
          title={words.many(members)}
          aria-label={`${group.name}: ${words.many(members)}`}
          onClick={() => choose(group.nodes)}
          className="nodrag grid size-6 place-items-center rounded text-quiet hover:bg-sunken hover:text-ink"
        >
          <Icon name="fit" size={14} />
        </button>
        <input
          aria-label={words.groupName}
          value={group.name}
          maxLength={80}
          readOnly={readOnly}
          onChange={({ target }) =>
            change((graph) => nameGroup(graph, group.id, target.value), `group:${group.id}`)
          }
          className="nodrag field-sizing-content h-6 min-w-16 rounded bg-transparent px-1 text-xs font-medium text-quiet hover:bg-surface focus:bg-surface focus:text-ink"
        />
      </div>
    </div>
  );
});
