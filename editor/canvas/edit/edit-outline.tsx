import { useMemo } from 'react';
import type { Wire } from '#runtime/flow/flow.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { typesOfOutput } from '#runtime/flow/port-of-wire.ts';
import { wireIdOf } from '#runtime/flow/wire-id.ts';
import type { PipelineView } from '#server/api/views.ts';
import { formatCount } from '../../format/numbers.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../../ui/table.tsx';
import { PortShape } from '../port-shape.tsx';
import { openDialog } from './editor-ui.ts';
import { choose, useFlow } from './flow-state.ts';
import { outlineOrder } from './outline-order.ts';

/** The flow as a tree table: all that the drawing says, and everything that can be done to it. */
export function EditOutline({
  types,
  problems,
  live,
  onOpen,
}: {
  types: NodeDescriptions;
  problems: readonly FlowProblem[];
  live: PipelineView;
  onOpen: (id: string) => void;
}) {
  const graph = useFlow((state) => state.graph);
  const summaries = useFlow((state) => state.summaries);
  const chosen = useFlow((state) => state.chosen);
  const name = useFlow((state) => state.name);
  const readOnly = useFlow((state) => state.readOnly);
  const rows = useMemo(() => outlineOrder(graph), [graph]);
  const names = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node.name])), [graph]);
  if (rows.length === 0)
    return (
      <div className="min-w-0 grow bg-surface">
        <EmptyState
          icon="flows"
          title={texts.canvas.empty}
          action={!readOnly && <Button onClick={() => openDialog('add')}>{words.emptyOwn}</Button>}
        >
          {!readOnly && words.emptyAbout}
        </EmptyState>
      </div>
    );
  const { columns } = texts.canvas;
  return (
    <div className="min-w-0 grow overflow-auto bg-surface">
      <Table
        caption={words.drawing(name)}
        head={
          <>
            <ColumnHead>{columns.node}</ColumnHead>
            <ColumnHead>{words.gives}</ColumnHead>
            <ColumnHead className="hidden md:table-cell">{columns.hour}</ColumnHead>
            <ColumnHead>
              <span className="sr-only">{words.wireAdd}</span>
            </ColumnHead>
          </>
        }
      >
        {rows.map(({ node, depth }) => {
          const own = problems.filter(({ nodeId }) => nodeId === node.id);
          const activity = live.activity[node.id];
          return (
            <Row key={node.id} className={`align-top ${chosen.includes(node.id) ? 'bg-accent-soft' : ''}`}>
              <RowHead className="w-2/5">
                <div style={{ paddingLeft: `${Math.min(depth, 12) * 1.25}rem` }}>
                  <button
                    type="button"
                    data-id={node.id}
                    aria-pressed={chosen.includes(node.id)}
                    onClick={() => {
                      choose([node.id]);
                      onOpen(node.id);
                    }}
                    className={`min-h-6 rounded text-left font-medium ${node.disabled ? 'text-quiet line-through' : ''}`}
                  >
                    {node.name}
                  </button>
                  <p className="text-xs text-pretty text-quiet">
                    {summaries[node.id] ?? types.get(node.type)?.title ?? words.notInstalled}
                  </p>
                  {own.map(({ text, severity }) => (
                    <p
                      key={text}
                      className={`text-xs text-pretty ${severity === 'error' ? 'text-bad' : 'text-warn'}`}
                    >
                      {text}
                    </p>
                  ))}
                </div>
              </RowHead>
              <Cell>
                <Wires
                  wires={graph.wires.filter(({ from }) => from === node.id)}
                  typeOf={(wire) => typesOfOutput(graph, types, wire.from, wire.output)?.[0] ?? 'Any'}
                  nameOf={(id) => names.get(id) ?? id}
                  counts={live.counts}
                />
              </Cell>
              <Cell className="hidden md:table-cell">
                {activity && activity.done + activity.failed > 0 ? (
                  <StatusMark tone={activity.failed > 0 ? 'bad' : 'ok'}>
                    {activity.failed > 0
                      ? texts.canvas.failed(activity.failed)
                      : texts.canvas.done(activity.done)}
                  </StatusMark>
                ) : (
                  <span className="text-quiet">{texts.canvas.nothing}</span>
                )}
              </Cell>
              <Cell className="text-right">
                {!readOnly && (
                  <IconButton
                    icon="link"
                    label={words.connect(node.name)}
                    onClick={() => {
                      choose([node.id]);
                      openDialog('connect');
                    }}
                  />
                )}
              </Cell>
            </Row>
          );
        })}
      </Table>
    </div>
  );
}

function Wires({
  wires,
  typeOf,
  nameOf,
  counts,
}: {
  wires: readonly Wire[];
  typeOf: (wire: Wire) => string;
  nameOf: (id: string) => string;
  counts: Readonly<Record<string, number>>;
}) {
  if (wires.length === 0) return <span className="text-quiet">{texts.canvas.nothing}</span>;
  return (
    <ul className="grid gap-1 text-sm">
      {wires.map((wire) => (
        <li key={wireIdOf(wire)} className="flex flex-wrap items-center gap-x-2">
          <PortShape type={typeOf(wire)} />
          <span className="font-semibold">{formatCount(counts[wireIdOf(wire)] ?? 0)}</span>
          <span>{typeOf(wire)}</span>
          <span className="text-quiet">{texts.canvas.to(nameOf(wire.to))}</span>
        </li>
      ))}
    </ul>
  );
}
