import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { texts } from '../../texts.ts';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

const Charts = lazy(() => import('./trend-charts.tsx'));

/** The charts of the last days. They are heavy, and stand at the end: loaded when one has come so far. */
export function Trends({ className }: { className: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (seen || !place.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [seen]);
  return (
    <Panel title={texts.dashboard.charts} className={className}>
      <div ref={place} className="min-h-80 p-4">
        {seen && (
          <Suspense fallback={<Skeleton className="h-72 w-full" />}>
            <Charts />
          </Suspense>
        )}
      </div>
    </Panel>
  );
}
