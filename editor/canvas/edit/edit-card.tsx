import type { NodeProps } from '@xyflow/react';
import { memo, useContext, useMemo } from 'react';
import type { NodeDescription } from '#runtime/flow/node-description.ts';
import { formatDuration } from '../../format/numbers.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import { StatusBadge, StatusMark } from '../../ui/status-mark.tsx';
import { FlowCardIcon } from '../flow-card-icon.tsx';
import { CardPorts } from './card-ports.tsx';
import { cardStatus } from './card-status.ts';
import type { CardNode } from './cards.ts';
import { FarContext } from './far.ts';
import { HeldBox } from './held-box.tsx';
import { PresentAt } from './presence.tsx';
import { markOf, type RunMark, useRun } from './run-on-canvas.ts';
import { useTaking } from './taking.ts';

const shown = (type: NodeDescription | undefined, name: string) =>
  ({ type: name, group: type?.group ?? 'Decide' }) as const;

/** A node of a flow that is edited: icon, name and summary; below, its one mark. A trigger has a round left edge. */
export const EditCard = memo(function EditCard({
  id,
  data,
  selected,
  positionAbsoluteX: x,
  positionAbsoluteY: y,
}: NodeProps<CardNode>) {
  const { node, type, summary, activity, sends } = data;
  const taking = useTaking(id);
  const run = useRun(({ run: open }) => open);
  const mark = useMemo(() => markOf(run, id), [run, id]);
  const status = cardStatus(data);
  const corner = type?.trigger ? 'rounded-xl rounded-l-[2rem] pl-2' : 'rounded-xl';
  const edge = selected
    ? 'border-accent ring-2 ring-accent/40'
    : data.problems.some(({ severity }) => severity === 'error')
      ? 'border-bad/60 hover:border-bad'
      : 'border-line hover:border-edge';
  const faded = taking === 'no' || mark?.touched === false ? 'opacity-35' : node.disabled ? 'opacity-60' : '';
  const far = useContext(FarContext);
  if (far)
    return (
      <HeldBox
        id={id}
        at={{ x, y }}
        className={`flow-card h-full border-2 ${mark?.failed ? 'bg-bad-soft' : 'bg-surface'} ${corner} ${edge} ${faded}`}
      >
        {/* From so far nobody could read anything. Its name is still read out. */}
        <span className="sr-only">{node.name}</span>
      </HeldBox>
    );
  return (
    <HeldBox
      id={id}
      at={{ x, y }}
      className={`flow-card h-full border bg-surface shadow-card transition-opacity ${corner} ${edge} ${faded} ${node.disabled ? 'border-dashed' : ''}`}
    >
      <div className="flex h-[62px] items-center gap-2.5 px-3">
        <FlowCardIcon node={shown(type, node.type)} />
        <div className="min-w-0 grow">
          <p className="truncate font-medium" title={node.name}>
            {node.name}
          </p>
          <p className="truncate text-xs text-quiet" title={summary}>
            {summary}
          </p>
        </div>
      </div>
      {mark && <RunBadge mark={mark} />}
      <PresentAt node={id} />
      {status && (
        <div className="absolute inset-x-0 top-[62px] flex h-6 items-center justify-between px-3 text-xs text-quiet">
          <StatusMark tone={status.tone} icon={status.icon} small>
            {status.text}
          </StatusMark>
          {activity && activity.dropped > 0 && texts.canvas.dropped(activity.dropped)}
          {activity && activity.p95Ms !== null && texts.canvas.p95(formatDuration(activity.p95Ms))}
        </div>
      )}
      {data.problems.map(({ text }) => (
        <span key={text} className="sr-only">
          {text}
        </span>
      ))}
      <CardPorts type={type} sends={sends} taking={taking} />
    </HeldBox>
  );
});

/** What the open run did here. */
function RunBadge({ mark: { touched, failed, ms } }: { mark: RunMark }) {
  if (!touched) return <span className="sr-only">{words.untouched}</span>;
  return (
    <span className="absolute -top-3 right-3 rounded-full bg-surface">
      <StatusBadge tone={failed ? 'bad' : 'ok'}>{formatDuration(ms)}</StatusBadge>
    </span>
  );
}
