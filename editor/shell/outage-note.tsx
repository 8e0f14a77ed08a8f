import { isNoAnswer } from '../api/problem.ts';
import { useOverview } from '../api/queries.ts';
import { exactTime } from '../format/times.ts';
import { texts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** While SyncFlow does not answer, the page still shows what it knew. It must say so, and from when that is. */
export function OutageNote() {
  const { data, error, dataUpdatedAt, refetch } = useOverview();
  const out = data !== undefined && isNoAnswer(error);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-3 bottom-[calc(var(--bars-bottom)+0.75rem)] z-30 flex justify-center sm:left-21 xl:left-52"
    >
      {out && (
        <div className="pointer-events-auto flex max-w-xl animate-rise items-center gap-3 rounded-xl border border-line bg-surface py-2.5 pr-2.5 pl-4 text-sm shadow-float">
          <Icon name="warn" className="text-warn" />
          <p className="text-pretty">{texts.live.out(exactTime(dataUpdatedAt))}</p>
          <Button onClick={() => void refetch()}>{texts.tryAgain}</Button>
        </div>
      )}
    </div>
  );
}
