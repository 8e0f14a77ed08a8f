import { Handle, Position } from '@xyflow/react';
import type { PortView } from '#server/api/views.ts';
import type { Direction } from './flow-shape.ts';
import { PortShape } from './port-shape.tsx';

const positions = {
  right: { in: Position.Left, out: Position.Right },
  down: { in: Position.Top, out: Position.Bottom },
} as const;

/** The ports of one side, spread over it evenly. Where there are several, each shows its name. */
export function PortHandles({
  ports,
  side,
  direction,
}: {
  ports: readonly PortView[];
  side: 'in' | 'out';
  direction: Direction;
}) {
  const axis = direction === 'right' ? 'top' : 'left';
  return ports.map((port, index) => (
    <Handle
      key={port.name}
      id={port.name}
      type={side === 'in' ? 'target' : 'source'}
      position={positions[direction][side]}
      isConnectable={false}
      title={`${port.name}: ${port.type}`}
      style={{ [axis]: `${((index + 1) / (ports.length + 1)) * 100}%` }}
    >
      <PortShape type={port.type} />
      {side === 'out' && ports.length > 1 && (
        <span
          className={`absolute rounded-sm bg-paper px-0.5 text-2xs leading-none text-quiet ${direction === 'right' ? 'bottom-3.5 left-3.5' : 'top-3.5 left-4'}`}
        >
          {port.name}
        </span>
      )}
    </Handle>
  ));
}
