import { Handle, Position } from '@xyflow/react';
import type { NodeDescription } from '#runtime/flow/node-description.ts';
import { PortShape } from '../port-shape.tsx';
import type { Taking } from './taking.ts';

/** The ports of a card, to be wired by dragging. Where a node has several outputs, each shows its name. */
export function CardPorts({
  type,
  sends,
  taking,
}: {
  type: NodeDescription | undefined;
  sends: Readonly<Record<string, string>>;
  taking: Taking;
}) {
  const { input = null, outputs = [] } = type ?? {};
  return (
    <>
      {(input || !type) && (
        <Handle
          id="in"
          type="target"
          position={Position.Left}
          title={`${input?.type ?? 'Any'}`}
          className={taking === 'yes' ? 'port-takes' : ''}
        >
          <PortShape type={input?.type ?? 'Any'} />
        </Handle>
      )}
      {outputs.map(({ name }, index) => (
        <Handle
          key={name}
          id={name}
          type="source"
          position={Position.Right}
          title={`${name}: ${sends[name] ?? 'Any'}`}
          style={{ top: `${((index + 1) / (outputs.length + 1)) * 100}%` }}
        >
          <PortShape type={sends[name] ?? 'Any'} />
          {outputs.length > 1 && (
            <span className="pointer-events-none absolute bottom-3.5 left-3.5 rounded-sm bg-paper px-0.5 text-2xs leading-none text-quiet">
              {name}
            </span>
          )}
        </Handle>
      ))}
    </>
  );
}
