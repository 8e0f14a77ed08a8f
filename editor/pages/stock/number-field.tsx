const most = 1_000_000;

/** A whole number with its unit. Empty is null. */
export function NumberField({
  label,
  unit,
  value,
  onChange,
  hidden = false,
  max = most,
  placeholder,
}: {
  label: string;
  unit: string;
  value: number | null;
  onChange: (value: number | null) => void;
  /** The label is only read out: something else names the field for the eye. */
  hidden?: boolean;
  max?: number;
  placeholder?: string;
}) {
  return (
    <label className="flex items-center gap-2">
      <span className={hidden ? 'sr-only' : 'min-w-0 grow truncate font-medium'}>{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min={0}
        max={max}
        step={1}
        value={value ?? ''}
        placeholder={placeholder}
        onChange={({ target }) => {
          const number = Math.min(max, Math.max(0, Math.trunc(Number(target.value))));
          onChange(target.value === '' || Number.isNaN(number) ? null : number);
        }}
        className="h-9 w-28 rounded-lg border border-edge bg-surface px-3 text-right tabular-nums placeholder:text-quiet"
      />
      <span className="w-10 shrink-0 text-sm text-quiet">{unit}</span>
    </label>
  );
}
