import { portLook } from './port-looks.ts';

/** The mark of a port type, in its colour. Its name stands beside it, or is read out with its node. */
export function PortShape({ type, size = 12 }: { type: string; size?: number }) {
  const { path, color } = portLook(type);
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 12 12" className="shrink-0">
      <path d={path} fill={color} stroke="var(--color-surface)" strokeWidth="1.5" paintOrder="stroke" />
    </svg>
  );
}
