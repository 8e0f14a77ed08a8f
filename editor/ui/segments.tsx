import { Link } from 'react-router';

/** Two or three views of the same thing, each with its own address. */
export function Segments({
  label,
  options,
}: {
  label: string;
  options: readonly { readonly to: string; readonly text: string; readonly current: boolean }[];
}) {
  return (
    <nav aria-label={label} className="inline-flex rounded-lg bg-sunken p-0.5">
      {options.map(({ to, text, current }) => (
        <Link
          key={text}
          to={to}
          aria-current={current ? 'true' : undefined}
          className="inline-flex h-8 items-center rounded-md px-2 text-sm font-medium text-quiet hover:text-ink sm:px-3 aria-current:bg-surface aria-current:text-ink aria-current:shadow-card"
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
