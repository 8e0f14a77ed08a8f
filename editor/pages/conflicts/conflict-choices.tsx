import { useId, useState } from 'react';
import type { ConflictChoiceView, ConflictRow } from '#server/api/views.ts';
import { conflicts as words } from '../../texts/conflicts.ts';
import { Button } from '../../ui/button.tsx';
import { useDecide } from './use-decide.ts';

/** What can be done about an open conflict, each with what it will do. What can't be taken back is asked twice. */
export function ConflictChoices({ conflict }: { conflict: ConflictRow }) {
  const { choices, order } = conflict;
  const [asked, setAsked] = useState<string | null>(null);
  const decide = useDecide(conflict);
  const title = useId();
  function choose(choice: ConflictChoiceView): void {
    if (choice.final && asked !== choice.id) setAsked(choice.id);
    else decide.mutate(choice, { onSettled: () => setAsked(null) });
  }
  return (
    <section aria-labelledby={title} className="mt-4 border-t border-line pt-3">
      <h2 id={title} className="text-xs font-medium text-quiet">
        {words.choices}
      </h2>
      <ul>
        {choices.map((choice) => (
          <Choice
            key={choice.id}
            choice={choice}
            order={order.number}
            asked={asked === choice.id}
            busy={decide.isPending && decide.variables.id === choice.id}
            locked={decide.isPending}
            onChoose={() => choose(choice)}
            onLeave={() => setAsked(null)}
          />
        ))}
      </ul>
    </section>
  );
}

function Choice({
  choice: { title, effect },
  order,
  asked,
  busy,
  locked,
  onChoose,
  onLeave,
}: {
  choice: ConflictChoiceView;
  order: string;
  asked: boolean;
  busy: boolean;
  locked: boolean;
  onChoose: () => void;
  onLeave: () => void;
}) {
  const about = useId();
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-2.5 last:border-0 last:pb-0">
      <p id={about} className="min-w-0 grow basis-80 text-pretty text-quiet">
        {effect} {asked && <span className="font-medium text-warn">{words.sure}</span>}
      </p>
      <div className="flex gap-2 max-sm:w-full">
        <Button
          look={asked ? 'primary' : 'plain'}
          busy={busy}
          disabled={locked}
          aria-label={words.choose(asked ? words.yes(title) : title, order)}
          aria-describedby={about}
          onClick={onChoose}
          className="max-sm:grow"
        >
          {busy ? words.doing : asked ? words.yes(title) : title}
        </Button>
        {asked && (
          <Button look="quiet" disabled={locked} onClick={onLeave}>
            {words.no}
          </Button>
        )}
      </div>
    </li>
  );
}
