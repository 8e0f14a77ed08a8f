import { useId } from 'react';

/** A box to tick, with its words beside it. */
export function CheckField({
  label,
  about,
  checked,
  onChange,
}: {
  label: string;
  about?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex gap-3">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={about ? `${id}-about` : undefined}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-1 size-4 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id} className="cursor-pointer font-medium">
          {label}
        </label>
        {about && (
          <p id={`${id}-about`} className="text-sm text-pretty text-quiet">
            {about}
          </p>
        )}
      </div>
    </div>
  );
}
