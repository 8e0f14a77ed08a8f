import { Dialog } from 'radix-ui';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type Choice, matching } from './choice.ts';
import { Icon } from './icon.tsx';

/** A list over the page that one types into: arrows go through it, Enter takes, Esc closes. */
export function Chooser({
  title,
  placeholder,
  none,
  choices,
  onChoose,
  onClose,
}: {
  title: string;
  placeholder: string;
  none: string;
  choices: readonly Choice[];
  onChoose: (id: string) => void;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const opener = useRef<Element | null>(null);
  const taken = useRef(false);
  const found = useMemo(() => matching(choices, typed), [choices, typed]);
  const current = Math.min(at, found.length - 1);

  useEffect(() => {
    document.getElementById(`${list}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, current]);

  function take(choice: Choice | undefined): void {
    if (!choice || choice.refused) return;
    taken.current = true;
    onClose();
    onChoose(choice.id);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 } as const;
    const step = steps[event.key as keyof typeof steps];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt(
        Math.abs(step) === 1
          ? (current + step + found.length) % found.length
          : Math.max(0, Math.min(current + step, found.length - 1)),
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(found[current]);
    }
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-[#0b0c0d]/35" />
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (!taken.current && opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className="fixed top-[12dvh] left-1/2 z-40 flex max-h-[70dvh] w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 animate-fade flex-col overflow-hidden rounded-2xl border border-line bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          <div className="flex items-center gap-2.5 border-b border-line px-4">
            <Icon name="looking" size={16} className="text-quiet" />
            <input
              role="combobox"
              aria-label={title}
              aria-expanded
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={found.length > 0 ? `${list}-${current}` : undefined}
              value={typed}
              placeholder={placeholder}
              onChange={({ target }) => {
                setTyped(target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              className="h-12 min-w-0 grow bg-transparent text-[1rem] outline-none placeholder:text-quiet sm:text-base"
            />
          </div>
          <div id={list} role="listbox" aria-label={title} className="min-h-0 overflow-y-auto p-1.5">
            {found.map((choice, index) => (
              <Option
                key={choice.id}
                id={`${list}-${index}`}
                choice={choice}
                heading={choice.group !== found[index - 1]?.group ? choice.group : undefined}
                current={index === current}
                onPoint={() => setAt(index)}
                onTake={() => take(choice)}
              />
            ))}
          </div>
          {found.length === 0 && <p className="px-4 pt-1 pb-5 text-quiet">{none}</p>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Option({
  id,
  choice,
  heading,
  current,
  onPoint,
  onTake,
}: {
  id: string;
  choice: Choice;
  heading: string | undefined;
  current: boolean;
  onPoint: () => void;
  onTake: () => void;
}) {
  const { title, about, mark, aside, refused } = choice;
  return (
    <>
      {heading && (
        <p role="presentation" className="px-2.5 pt-2 pb-1 text-xs font-medium text-quiet">
          {heading}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field above keeps the focus and its keys, as a combobox does */}
      <div
        id={id}
        role="option"
        aria-selected={current}
        aria-disabled={refused !== undefined}
        onMouseMove={onPoint}
        onClick={onTake}
        className={`flex min-h-10 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1.5 aria-disabled:cursor-default ${current ? 'bg-sunken' : ''}`}
      >
        {mark}
        <span className="min-w-0 grow">
          <span className={`block truncate text-sm ${refused ? 'text-quiet' : 'font-medium'}`}>{title}</span>
          {(refused ?? about) && (
            <span className={`block text-xs text-pretty text-quiet ${refused ? '' : 'truncate'}`}>
              {refused ?? about}
            </span>
          )}
        </span>
        {aside}
      </div>
    </>
  );
}
