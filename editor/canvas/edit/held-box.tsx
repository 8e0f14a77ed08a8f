import type { ReactNode } from 'react';
import type { Place } from '../layout.ts';
import { useHeldPlace } from './hand.ts';

/** The outer box of what can be dragged: it follows the hand, and what is in it is not drawn anew for that. */
export function HeldBox({
  id,
  at,
  className,
  children,
}: {
  id: string;
  /** Where it lies by the list. */
  at: Place;
  className: string;
  children: ReactNode;
}) {
  const held = useHeldPlace(id);
  const style = held && {
    transform: `translate(${held.x - at.x}px, ${held.y - at.y}px)`,
    willChange: 'transform',
  };
  return (
    <div style={style} className={className}>
      {children}
    </div>
  );
}
