import type { SharingRuleView } from '#server/api/views.ts';
import { sharing as words } from '../../texts-of-sharing.ts';
import { Select } from '../../ui/select.tsx';
import { NumberField } from './number-field.tsx';

type Buffer = SharingRuleView['buffer'];

const kinds = ['units', 'percent', 'computed'] as const;
const firsts: Readonly<Record<Buffer['kind'], Buffer>> = {
  units: { kind: 'units', units: 0 },
  percent: { kind: 'percent', percent: 10 },
  computed: { kind: 'computed', certainty: 0.99, unitsMax: 1_000_000 },
};
const certainties = ['0.9', '0.95', '0.99', '0.999'] as const;

/** What no channel may sell: a number, a percentage, or computed from what is measured. */
export function BufferFields({ buffer, onChange }: { buffer: Buffer; onChange: (buffer: Buffer) => void }) {
  return (
    <div>
      <p className="mb-1 font-medium">{words.buffer}</p>
      <div className="flex flex-wrap items-center gap-2">
        <Select
          label={words.buffer}
          value={buffer.kind}
          options={kinds.map((value) => ({ value, text: words.bufferKinds[value] }))}
          onChoose={(kind) => onChange(firsts[kind])}
        />
        {buffer.kind === 'units' && (
          <NumberField
            label={words.bufferUnits}
            hidden
            unit={words.units}
            value={buffer.units}
            onChange={(units) => onChange({ kind: 'units', units: units ?? 0 })}
          />
        )}
        {buffer.kind === 'percent' && (
          <NumberField
            label={words.bufferPercent}
            hidden
            unit="%"
            max={100}
            value={buffer.percent}
            onChange={(percent) => onChange({ kind: 'percent', percent: percent ?? 0 })}
          />
        )}
        {buffer.kind === 'computed' && (
          <Select
            label={words.certainty}
            value={certainties.find((one) => Number(one) === buffer.certainty) ?? '0.99'}
            options={certainties.map((value) => ({ value, text: words.certain(Number(value)) }))}
            onChoose={(value) => onChange({ ...buffer, certainty: Number(value) })}
          />
        )}
      </div>
      <p className="mt-1 text-sm text-pretty text-quiet">{words.bufferAbout[buffer.kind]}</p>
    </div>
  );
}
