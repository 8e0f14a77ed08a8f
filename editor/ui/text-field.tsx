import { type ComponentProps, useId } from 'react';

/** A line of text with its name above it. `about` is read out with it. */
export function TextField({
  label,
  about,
  onChange,
  className = '',
  ...rest
}: Omit<ComponentProps<'input'>, 'id' | 'onChange'> & {
  label: string;
  about?: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className={`min-w-0 ${className}`}>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={about === undefined ? undefined : `${id}-about`}
        onChange={({ target }) => onChange(target.value)}
        className="h-10 w-full rounded-lg border border-edge bg-surface px-3 text-[1rem] placeholder:text-quiet read-only:bg-sunken sm:text-base"
        {...rest}
      />
      {about !== undefined && (
        <p id={`${id}-about`} className="mt-1 text-xs text-pretty text-quiet">
          {about}
        </p>
      )}
    </div>
  );
}
