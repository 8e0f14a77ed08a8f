import { conflicts as conflictsTexts } from '../../texts/conflicts.ts';
import { IconButton } from '../../ui/button.tsx';

const words = conflictsTexts.rules;

/** The locations, the dearest first; each can be moved up. */
export function LocationOrder({
  order,
  onChange,
}: {
  order: readonly string[];
  onChange: (order: readonly string[]) => void;
}) {
  function moveUp(index: number): void {
    const next = [...order];
    next.splice(index - 1, 0, ...next.splice(index, 1));
    onChange(next);
  }
  return (
    <ol aria-label={words.order} className="w-full rounded-lg border border-line">
      {order.map((location, index) => (
        <li
          key={location}
          className="flex min-h-11 items-center gap-3 border-b border-line px-3 last:border-0"
        >
          <span className="w-5 text-right text-quiet">{index + 1}</span>
          <span className="min-w-0 grow truncate">{location}</span>
          {index > 0 && (
            <IconButton
              icon="down"
              label={words.up(location)}
              onClick={() => moveUp(index)}
              className="rotate-180"
            />
          )}
        </li>
      ))}
    </ol>
  );
}
