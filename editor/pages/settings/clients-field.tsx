import type { ClientRow } from '#server/api/views.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';

const words = settingsTexts;

/** All clients, or some by name. */
export function ClientsField({
  value,
  allowAll,
  clients,
  onChange,
}: {
  value: readonly string[] | null;
  allowAll: boolean;
  clients: readonly ClientRow[];
  onChange: (value: readonly string[] | null) => void;
}) {
  const box = 'mt-0.5 size-4 shrink-0 accent-accent';
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{words.sees}</legend>
      {allowAll && (
        <label className="flex cursor-pointer gap-3 rounded-lg py-1.5">
          <input
            type="checkbox"
            checked={value === null}
            onChange={({ target }) => onChange(target.checked ? null : [])}
            className={box}
          />
          {words.allClients}
        </label>
      )}
      {value !== null && (
        <ul className="max-h-56 overflow-y-auto rounded-lg border border-line px-3 py-1">
          {clients.map(({ id, name }) => (
            <li key={id}>
              <label className="flex cursor-pointer gap-3 py-1.5">
                <input
                  type="checkbox"
                  checked={value.includes(id)}
                  onChange={({ target }) =>
                    onChange(target.checked ? [...value, id] : value.filter((one) => one !== id))
                  }
                  className={box}
                />
                {name}
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
