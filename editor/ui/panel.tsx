import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';
import { Icon } from './icon.tsx';

/** The ground on which lists and forms stand. */
export const ground = 'overflow-hidden rounded-xl border border-line bg-surface shadow-card';

/** A named part of a page on its own ground, with a link to the whole of what it shows. */
export function Panel({
  title,
  more,
  className = '',
  children,
}: {
  title: string;
  more?: { to: string; text: string };
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`min-w-0 ${ground} ${className}`}>
      <div className="flex min-h-12 items-center gap-3 border-b border-line px-4">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {more && (
          <Link
            to={more.to}
            className="ml-auto inline-flex min-h-6 items-center gap-0.5 rounded text-sm font-medium text-accent hover:underline"
          >
            {more.text}
            <Icon name="right" size={14} />
          </Link>
        )}
      </div>
      {children}
    </section>
  );
}
