import { useId } from 'react';
import type { ConnectionView, SharingRuleView } from '#server/api/views.ts';
import { sharing as words } from '../../texts-of-sharing.ts';
import { Select } from '../../ui/select.tsx';
import { BufferFields } from './buffer-fields.tsx';
import { NumberField } from './number-field.tsx';

/** The fields of one rule, each with an example of what it does. */
export function RuleFields({
  rule,
  connections,
  onChange,
}: {
  rule: SharingRuleView;
  connections: readonly ConnectionView[];
  onChange: (rule: SharingRuleView) => void;
}) {
  const id = useId();
  return (
    <div className="grid gap-5">
      <div>
        <p className="mb-1 font-medium">{words.mode}</p>
        <Select
          label={words.mode}
          value={rule.mode}
          options={(['shared', 'quota'] as const).map((value) => ({ value, text: words.modes[value] }))}
          onChoose={(mode) => onChange({ ...rule, mode })}
        />
        <p className="mt-1 text-sm text-pretty text-quiet">{words.modeAbout[rule.mode]}</p>
      </div>
      <BufferFields buffer={rule.buffer} onChange={(buffer) => onChange({ ...rule, buffer })} />
      <div>
        <NumberField
          label={words.hideBelow}
          unit={words.units}
          value={rule.hideBelow}
          onChange={(hideBelow) => onChange({ ...rule, hideBelow: hideBelow ?? 0 })}
        />
        <p className="mt-1 text-sm text-pretty text-quiet">{words.hideAbout(rule.hideBelow)}</p>
      </div>
      <fieldset aria-describedby={id}>
        <legend className="mb-1 font-medium">{words.caps}</legend>
        <div className="grid gap-2">
          {connections.map((connection) => (
            <NumberField
              key={connection.id}
              label={connection.name}
              unit={words.units}
              value={rule.caps[connection.id] ?? null}
              placeholder={words.noCap}
              onChange={(cap) => {
                const { [connection.id]: _before, ...others } = rule.caps;
                onChange({ ...rule, caps: cap === null ? others : { ...others, [connection.id]: cap } });
              }}
            />
          ))}
        </div>
        <p id={id} className="mt-1 text-sm text-pretty text-quiet">
          {words.capsAbout}
        </p>
      </fieldset>
    </div>
  );
}
