import { texts } from '../../texts.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TileSkeleton } from '../../ui/tile.tsx';

const tiles = ['orders', 'changes', 'lag', 'shortages', 'errors', 'calls'];

/** As high as the overview will be, so that nothing below it jumps. */
export const OverviewSkeleton = () => (
  <div role="status">
    <span className="sr-only">{texts.loading}</span>
    <div className="flex items-center gap-3.5">
      <Skeleton className="size-10 rounded-full!" />
      <Skeleton className="h-7 w-2/3 max-w-xl" />
    </div>
    <Skeleton className="mt-5 mb-2 h-4 w-28" />
    <Skeleton className="h-12 w-full rounded-xl!" />
    <div className="mt-4 grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      {tiles.map((tile) => (
        <TileSkeleton key={tile} />
      ))}
    </div>
  </div>
);
