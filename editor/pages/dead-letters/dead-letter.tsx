import { memo } from 'react';
import type { DeadLetterRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { deadLetters as words } from '../../texts/dead-letters.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Ago } from '../../ui/time.tsx';
import { LetterDetails } from './letter-details.tsx';
import { useRetry } from './use-retry.ts';

/** One event: what it was, why it failed, what to do about that, and the button that runs it again. */
export const DeadLetter = memo(function DeadLetter({
  letter,
  marked,
  onMark,
}: {
  letter: DeadLetterRow;
  /** null: there is nothing to choose between. */
  marked: boolean | null;
  onMark: (id: string, on: boolean) => void;
}) {
  const { id, subject, connectionName, at, tries, reason, fix, waitsFor } = letter;
  const retry = useRetry(letter);
  const [inspects, decides] = [useMay('inspect'), useMay('decide')];
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-3 border-b border-line p-4 last:border-0 sm:flex-nowrap sm:gap-x-4">
      {marked !== null && (
        <input
          type="checkbox"
          aria-label={words.choose(subject)}
          checked={marked}
          onChange={({ target }) => onMark(id, target.checked)}
          className="mt-1 size-6 shrink-0 accent-accent"
        />
      )}
      <Icon name="bad" size={20} className="mt-0.5 text-bad max-sm:hidden" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold text-pretty">{subject}</p>
        <p className="text-xs text-quiet">
          {connectionName} · {words.tries(tries)} · <Ago at={at} />
        </p>
        <p className="mt-1.5 text-pretty">{reason}</p>
        {fix && (
          <p className="mt-1.5 flex items-start gap-1.5 text-pretty text-quiet">
            <Icon name="mend" size={16} className="mt-0.5" />
            <span>
              <span className="font-medium text-ink">{words.fix}:</span> {fix}
            </span>
          </p>
        )}
        {waitsFor && <p className="mt-1.5 text-sm text-pretty text-quiet">{words.waitsFor(waitsFor)}</p>}
        {inspects && <LetterDetails id={id} />}
      </div>
      {decides && (
        <Button
          icon="retry"
          busy={retry.isPending}
          aria-label={words.retryOne(subject)}
          onClick={() => retry.mutate()}
          className="max-sm:w-full"
        >
          {retry.isPending ? words.retrying : words.retry}
        </Button>
      )}
    </li>
  );
});
