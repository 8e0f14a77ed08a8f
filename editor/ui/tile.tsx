import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Skeleton } from './skeleton.tsx';

/** A figure with its name, what lies beside it, and its last day as a small chart. With `to`, it opens its cause. */
export function Tile({
  name,
  figure,
  detail,
  compared,
  chart,
  to,
}: {
  name: string;
  figure: string;
  detail: ReactNode;
  /** Beside an earlier time; null: nothing was counted then. */
  compared: string | null;
  chart: ReactNode;
  to?: string;
}) {
  return (
    <div
      className={`relative flex min-w-0 flex-col rounded-xl border border-line bg-surface p-4 shadow-card ${to ? 'transition-colors hover:border-edge' : ''}`}
    >
      <dt className="text-xs font-medium text-quiet">
        {to ? (
          <Link to={to} className="stretched rounded-xl">
            {name}
          </Link>
        ) : (
          name
        )}
      </dt>
      <dd className="mt-1 flex grow flex-col">
        <span className="text-2xl font-semibold tracking-tight">{figure}</span>
        <span className="mt-0.5 text-xs text-quiet">{detail}</span>
        <span className="mb-3 text-xs text-quiet">{compared}</span>
        <span className="mt-auto block">{chart}</span>
      </dd>
    </div>
  );
}

/** As high as a tile with its figures. */
export function TileSkeleton() {
  return (
    <div className="rounded-xl border border-line bg-surface p-4">
      <Skeleton className="h-4 w-20" />
      <Skeleton className="mt-2 h-7 w-16" />
      <Skeleton className="mt-2 h-3 w-24" />
      <Skeleton className="mt-1.5 h-3 w-20" />
      <Skeleton className="mt-4 h-7 w-full" />
    </div>
  );
}
