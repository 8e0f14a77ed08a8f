import { useId } from 'react';
import { why as words } from '../../texts-of-sharing.ts';
import { Button } from '../../ui/button.tsx';

const minuteMs = 60_000;

/** Chooses the moment that is explained: now, or a past minute in the reader's own time. */
export function WhyMoment({ at, onChoose }: { at: string; onChoose: (at: string) => void }) {
  const id = useId();
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-5 py-2.5 text-sm">
      <label htmlFor={id} className="text-quiet">
        {words.moment}
      </label>
      <input
        id={id}
        type="datetime-local"
        value={at === '' ? '' : localOf(Date.parse(at))}
        max={localOf(Date.now())}
        onChange={({ target }) => {
          const ms = Date.parse(target.value);
          if (!Number.isNaN(ms)) onChoose(new Date(ms).toISOString());
        }}
        className="h-9 min-w-0 rounded-lg border border-edge bg-surface px-2"
      />
      {at !== '' && (
        <Button look="quiet" onClick={() => onChoose('')}>
          {words.now}
        </Button>
      )}
    </div>
  );
}

/** A moment as the field wants it: local time to the minute, without a zone. */
function localOf(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * minuteMs;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}
