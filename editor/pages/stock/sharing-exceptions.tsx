import { useState } from 'react';
import type { ConnectionView, SharingRuleView, SharingView } from '#server/api/views.ts';
import { sharing as words } from '../../texts-of-sharing.ts';
import { Button } from '../../ui/button.tsx';
import { RuleFields } from './rule-fields.tsx';

type Exceptions = SharingView['exceptions'];

/** Products with a rule of their own. */
export function SharingExceptions({
  usual,
  exceptions,
  connections,
  onChange,
}: {
  usual: SharingRuleView;
  exceptions: Exceptions;
  connections: readonly ConnectionView[];
  /** null: whoever looks may not. */
  onChange: ((exceptions: Exceptions) => void) | null;
}) {
  const [sku, setSku] = useState('');
  const wanted = sku.trim();
  const add = () => {
    if (wanted === '' || exceptions.some((one) => one.sku === wanted)) return;
    onChange?.([...exceptions, { sku: wanted, rule: usual }]);
    setSku('');
  };
  return (
    <section className="grid gap-3">
      <h3 className="font-semibold">{words.exceptions}</h3>
      {exceptions.map((exception) => (
        <details key={exception.sku} className="rounded-lg border border-line">
          <summary className="flex min-h-10 cursor-pointer items-center gap-3 px-3">
            <span className="min-w-0 grow truncate font-mono text-sm">{exception.sku}</span>
            <span className="text-sm text-quiet">{words.modes[exception.rule.mode ?? usual.mode]}</span>
          </summary>
          <fieldset disabled={onChange === null} className="grid gap-4 border-t border-line p-3">
            <RuleFields
              rule={{ ...usual, ...exception.rule }}
              connections={connections}
              onChange={(rule) =>
                onChange?.(exceptions.map((one) => (one === exception ? { sku: one.sku, rule } : one)))
              }
            />
            {onChange && (
              <Button onClick={() => onChange(exceptions.filter((one) => one !== exception))}>
                {words.remove(exception.sku)}
              </Button>
            )}
          </fieldset>
        </details>
      ))}
      {onChange && (
        <div className="flex gap-2">
          <label className="min-w-0 grow">
            <span className="sr-only">{words.exceptionSku}</span>
            <input
              type="text"
              value={sku}
              maxLength={255}
              placeholder={words.exceptionSku}
              onChange={({ target }) => setSku(target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
              className="h-9 w-full rounded-lg border border-edge bg-surface px-3 font-mono placeholder:font-sans placeholder:text-quiet"
            />
          </label>
          <Button disabled={wanted === ''} onClick={add}>
            {words.addException}
          </Button>
        </div>
      )}
      <p className="text-sm text-pretty text-quiet">{words.exceptionsAbout}</p>
    </section>
  );
}
