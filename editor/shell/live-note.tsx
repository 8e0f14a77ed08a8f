import { useEffect, useState } from 'react';
import { useLink } from '../api/link.ts';
import { texts } from '../texts.ts';
import { Icon } from '../ui/icon.tsx';

const patienceMs = 2500;

/** Says whether what one sees is live. A short gap, as at the start, is not worth a word. */
export function LiveNote() {
  const live = useLink((state) => state.live);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (live) return setGone(false);
    const timer = setTimeout(() => setGone(true), patienceMs);
    return () => clearTimeout(timer);
  }, [live]);
  return (
    <span role="status" className="inline-flex min-h-6 items-center gap-1.5 text-xs font-medium text-quiet">
      {gone ? (
        <>
          <Icon name="retry" size={14} className="animate-breathe text-warn" />
          <span title={texts.live.offNote}>{texts.live.off}</span>
        </>
      ) : (
        live && (
          <>
            <span aria-hidden="true" className="size-2 rounded-full bg-ok" />
            {texts.live.on}
          </>
        )
      )}
    </span>
  );
}
