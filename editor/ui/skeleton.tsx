import { texts } from '../texts.ts';

/** A grey bar where something will stand in a moment. */
export const Skeleton = ({ className = '' }: { className?: string }) => (
  <span aria-hidden="true" className={`block animate-breathe rounded bg-sunken ${className}`} />
);

/** Rows of two lines, as high as the rows that will come. */
export function SkeletonRows({ rows }: { rows: number }) {
  return (
    <div role="status">
      <span className="sr-only">{texts.loading}</span>
      {Array.from({ length: rows }, (_, row) => `row ${row}`).map((row) => (
        <div key={row} className="flex h-14 items-center gap-4 border-b border-line px-4 last:border-0">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-4 grow" />
          <Skeleton className="h-4 w-14" />
        </div>
      ))}
    </div>
  );
}
