import { formatBadge } from '../format/numbers.ts';

/** How many wait for a person, beside a name in the navigation. Nothing for none. */
export function CountBadge({ count, label }: { count: number; label: string }) {
  if (count === 0) return null;
  return (
    <span className="inline-grid h-5 min-w-5 place-items-center rounded-full bg-warn-soft px-1.5 text-2xs font-semibold text-warn">
      <span aria-hidden="true">{formatBadge(count)}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
