import type { NodeDescription } from '#runtime/flow/node-description.ts';
import { SAME } from '#runtime/flow/port-of-wire.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { PortShape } from '../port-shape.tsx';

/** What goes in and what comes out, as shapes. */
export function TypeMarks({ type: { input, outputs } }: { type: NodeDescription }) {
  const given = [...new Set(outputs.map(({ type }) => (type === SAME ? 'Any' : type)))];
  const said = `${input ? input.type : words.startsFlow} → ${given.join(', ') || words.endsFlow}`;
  return (
    <span title={said} className="flex shrink-0 items-center gap-0.5">
      <span className="sr-only">{said}</span>
      {input && <PortShape type={input.type} size={10} />}
      <span aria-hidden="true" className="text-2xs text-quiet">
        ›
      </span>
      {given.map((type) => (
        <PortShape key={type} type={type} size={10} />
      ))}
    </span>
  );
}
