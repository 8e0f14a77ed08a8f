import { useMemo } from 'react';
import type { PipelineView } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { texts } from '../texts.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { StatusMark } from '../ui/status-mark.tsx';
import { Cell, ColumnHead, Row, RowHead, Table } from '../ui/table.tsx';
import { nodeStatus } from './node-status.ts';
import { type OutlineWire, outlineRows } from './outline-rows.ts';
import { PortShape } from './port-shape.tsx';
import { useCount } from './use-counts.ts';

const words = texts.canvas;

/** The flow as a table: all that the drawing says, for who can't see it or would rather read. */
export function Outline({
  flow,
  chosen,
  onChoose,
}: {
  flow: PipelineView;
  chosen: string | null;
  onChoose: (node: string) => void;
}) {
  const rows = useMemo(() => outlineRows(flow), [flow]);
  if (rows.length === 0)
    return (
      <EmptyState icon="flows" title={words.empty}>
        {texts.flows.noneAbout}
      </EmptyState>
    );
  const { columns } = words;
  return (
    <div className="min-w-0 grow overflow-auto bg-surface">
      <Table
        caption={words.label(flow.name)}
        head={
          <>
            <ColumnHead>{columns.node}</ColumnHead>
            <ColumnHead className="hidden md:table-cell">{columns.gets}</ColumnHead>
            <ColumnHead>{columns.gives}</ColumnHead>
            <ColumnHead className="hidden text-right sm:table-cell">{columns.hour}</ColumnHead>
          </>
        }
      >
        {rows.map(({ node, gets, gives }) => {
          const { tone, icon, text } = nodeStatus(flow.activity[node.id], flow.state === 'paused');
          return (
            <Row key={node.id} className={`align-top ${node.id === chosen ? 'bg-accent-soft' : ''}`}>
              <RowHead className="w-2/5 md:w-1/3">
                <button
                  type="button"
                  data-id={node.id}
                  aria-pressed={node.id === chosen}
                  onClick={() => onChoose(node.id)}
                  className="stretched text-left font-medium"
                >
                  {node.name}
                </button>
                <p className="text-xs text-pretty text-quiet">{node.summary}</p>
              </RowHead>
              <Cell className="hidden md:table-cell">
                <Wires wires={gets} />
              </Cell>
              <Cell>
                <Wires wires={gives} counted />
              </Cell>
              <Cell className="hidden text-right sm:table-cell">
                <StatusMark tone={tone} icon={icon}>
                  {text}
                </StatusMark>
              </Cell>
            </Row>
          );
        })}
      </Table>
    </div>
  );
}

function Wires({ wires, counted = false }: { wires: readonly OutlineWire[]; counted?: boolean }) {
  if (wires.length === 0) return <span className="text-quiet">{words.nothing}</span>;
  return (
    <ul className="grid gap-1 text-sm">
      {wires.map((wire) => (
        <li key={wire.id} className="flex flex-wrap items-center gap-x-2">
          <PortShape type={wire.type} />
          {counted && <Count wire={wire} />}
          <span>{wire.type}</span>
          <span className="text-quiet">{counted ? words.to(wire.other) : words.from(wire.other)}</span>
        </li>
      ))}
    </ul>
  );
}

const Count = ({ wire }: { wire: OutlineWire }) => (
  <span className="font-semibold">{formatCount(useCount(wire.id, wire.counted))}</span>
);
