import { useEffect, useState } from 'react';
import { Icon } from './icon.tsx';

const restMs = 250;

/**
 * A search field. `onSearch` is called when typing rests for a moment; when `value` changes from outside
 * (Back, a link), the field follows.
 */
export function SearchField({
  label,
  value,
  onSearch,
}: {
  label: string;
  value: string;
  onSearch: (text: string) => void;
}) {
  const [draft, setDraft] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== told) {
    setTold(value);
    setDraft(value);
  }
  useEffect(() => {
    if (draft.trim() === told.trim()) return;
    const timer = setTimeout(() => {
      setTold(draft.trim());
      onSearch(draft.trim());
    }, restMs);
    return () => clearTimeout(timer);
  }, [draft, told, onSearch]);
  return (
    <label className="relative block min-w-0 grow sm:max-w-80">
      <span className="sr-only">{label}</span>
      <Icon name="looking" size={16} className="pointer-events-none absolute top-2.5 left-3 text-quiet" />
      <input
        type="search"
        value={draft}
        placeholder={label}
        maxLength={100}
        onChange={(event) => setDraft(event.target.value)}
        className="h-9 w-full rounded-lg border border-edge bg-surface pr-3 pl-9 text-[1rem] placeholder:text-quiet sm:text-base"
      />
    </label>
  );
}
