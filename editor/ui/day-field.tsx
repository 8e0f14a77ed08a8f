/** A day, as the browser's own calendar picks it. "" when none is chosen. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (day: string) => void;
}) {
  return (
    <label className="inline-flex h-9 items-center gap-2 rounded-lg border border-edge bg-surface pr-2 pl-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <span className="text-quiet">{label}</span>
      <input
        type="date"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className="bg-transparent outline-none"
      />
    </label>
  );
}
