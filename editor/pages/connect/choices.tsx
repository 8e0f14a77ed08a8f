/** Names to choose one from, as radio buttons in the dress of the page. */
export function Choices({
  legend,
  options,
  value,
  onChoose,
}: {
  legend: string;
  options: readonly { readonly value: string; readonly text: string }[];
  value: string;
  onChoose: (value: string) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className="inline-flex min-h-10 cursor-pointer items-center gap-2 rounded-lg border border-edge bg-surface px-3 py-1.5 has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={legend}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
              className="size-4 shrink-0 accent-accent"
            />
            {option.text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
