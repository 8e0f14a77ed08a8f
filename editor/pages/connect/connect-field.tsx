import { useId, useState } from 'react';
import type { ChannelKindView } from '#server/api/views.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { Button } from '../../ui/button.tsx';

export type Field = ChannelKindView['ways'][number]['fields'][number];

/** One field of a way to connect. What is secret is hidden while it is typed, and can be shown. */
export function ConnectField({
  field: { title, help, secret, required },
  value,
  onChange,
}: {
  field: Field;
  value: string;
  onChange: (value: string) => void;
}) {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="font-medium">
        {title} {!required && <span className="font-normal text-quiet">{connectTexts.optional}</span>}
      </label>
      <div className="mt-1 flex gap-2">
        <input
          id={id}
          type={secret && !shown ? 'password' : 'text'}
          // A password manager would offer, and keep, the keys of one shop for the next.
          autoComplete="off"
          spellCheck={false}
          required={required}
          value={value}
          maxLength={8_000}
          aria-describedby={help ? `${id}-help` : undefined}
          onChange={({ target }) => onChange(target.value)}
          className="h-10 w-full min-w-0 rounded-lg border border-edge bg-surface px-3"
        />
        {secret && (
          <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
            {shown ? connectTexts.hide : connectTexts.show}
          </Button>
        )}
      </div>
      {help && (
        <p id={`${id}-help`} className="mt-1 text-sm text-pretty text-quiet">
          {help}
        </p>
      )}
    </div>
  );
}
