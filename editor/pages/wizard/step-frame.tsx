import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { wizard as words } from '../../texts/wizard.ts';
import { Icon } from '../../ui/icon.tsx';

const look = 'inline-flex min-h-10 items-center justify-center gap-1.5 rounded-lg px-4 font-medium';

/** The foot of a step: what happens in the shops, the way back, and the way on. */
export function StepFoot({
  happens,
  back,
  next,
  held = null,
  children,
}: {
  happens: readonly string[];
  back: string;
  next?: string;
  /** Why one can't go on yet. */
  held?: string | null;
  children?: ReactNode;
}) {
  return (
    <div className="mt-5 grid gap-4">
      <p className="flex gap-2 rounded-lg bg-sunken px-3 py-2.5 text-sm">
        <Icon name="info" size={16} className="mt-0.5 text-quiet" />
        <span className="text-pretty">
          <span className="font-semibold">{words.whatHappens}:</span> {happens.join(' ')}
        </span>
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Link to={back} className={`${look} border border-line bg-surface hover:bg-sunken`}>
          {words.back}
        </Link>
        {next &&
          (held === null ? (
            <Link to={next} className={`${look} bg-ink text-paper hover:opacity-85`}>
              {words.next}
            </Link>
          ) : (
            <p className="text-sm text-warn">{held}</p>
          ))}
        {children}
      </div>
    </div>
  );
}
