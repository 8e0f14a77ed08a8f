import { Icon } from './icon.tsx';

/** A native select in the dress of the page: the best picker on every device, and it needs no script. */
export function Select<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly text: string }[];
  onChoose: (value: Value) => void;
}) {
  return (
    <label className="relative inline-flex min-w-0">
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen) onChoose(chosen.value);
        }}
        className="h-9 max-w-full appearance-none truncate rounded-lg border border-edge bg-surface pr-8 pl-3 text-sm"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <Icon name="down" size={14} className="pointer-events-none absolute top-2.5 right-2.5 text-quiet" />
    </label>
  );
}
