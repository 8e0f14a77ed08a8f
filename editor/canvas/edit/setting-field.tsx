import { lazy, Suspense, useId } from 'react';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { type FieldSchema, mayBeChosen } from '#runtime/flow/node-description.ts';
import { useConnections, usePipelines } from '../../api/queries.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Icon } from '../../ui/icon.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useFlow } from './flow-state.ts';

const box =
  'w-full rounded-lg border border-edge bg-surface px-2.5 text-[1rem] sm:text-sm aria-invalid:border-bad placeholder:text-quiet';

/** The language comes when the first expression is looked at. */
const ExpressionField = lazy(async () => ({
  default: (await import('./expression-field.tsx')).ExpressionField,
}));

interface FieldProps {
  /** The node that the setting is of. */
  readonly node: string;
  readonly name: string;
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly problem: FlowProblem | undefined;
  readonly onChange: (value: unknown) => void;
}

/** One setting, as its schema wants it: a number with its unit, a choice, a connection, text. The error stands below it. */
export function SettingField({ node, name, schema, value, problem, onChange }: FieldProps) {
  const id = useId();
  const { title = name, help, unit } = schema;
  const said = [help && `${id}-help`, problem && `${id}-problem`].filter(Boolean).join(' ') || undefined;
  const input = { id, 'aria-describedby': said, 'aria-invalid': problem !== undefined } as const;
  if (schema.type === 'boolean') {
    return (
      <div>
        <label className="flex items-center gap-2 text-sm font-medium">
          <input
            {...input}
            type="checkbox"
            checked={value === true}
            onChange={({ target }) => onChange(target.checked)}
            className="size-4 accent-accent"
          />
          {title}
        </label>
        <Below id={id} help={help} problem={problem} />
      </div>
    );
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-quiet">
        {title}
      </label>
      {schema.connection ? (
        <ConnectionPicker input={input} schema={schema} value={value} onChange={onChange} />
      ) : schema.flow ? (
        <FlowPicker input={input} schema={schema} value={value} onChange={onChange} />
      ) : schema.enum ? (
        <Picker
          input={input}
          value={String(value ?? '')}
          options={schema.enum.map((one) => ({ value: one, text: schema.words?.[one] ?? one }))}
          onChange={onChange}
        />
      ) : schema.type === 'integer' || schema.type === 'number' ? (
        <span className="relative block">
          <input
            {...input}
            type="number"
            inputMode={schema.type === 'integer' ? 'numeric' : 'decimal'}
            min={schema.minimum}
            max={schema.maximum}
            step={schema.type === 'integer' ? 1 : 'any'}
            value={typeof value === 'number' ? value : String(value ?? '')}
            onChange={({ target }) => onChange(target.value === '' ? '' : Number(target.value))}
            className={`${box} h-9 pr-16 tabular-nums`}
          />
          {unit && (
            <span className="pointer-events-none absolute top-2 right-3 text-sm text-quiet">{unit}</span>
          )}
        </span>
      ) : schema.format === 'expression' ? (
        <Suspense
          fallback={
            <textarea
              {...input}
              rows={2}
              readOnly
              value={String(value ?? '')}
              className={`${box} py-1.5 font-mono`}
            />
          }
        >
          <ExpressionField
            input={input}
            node={node}
            value={String(value ?? '')}
            placeholder={schema.empty}
            className={`${box} field-sizing-content max-h-80 py-1.5 font-mono`}
            onChange={onChange}
          />
        </Suspense>
      ) : schema.format ? (
        <textarea
          {...input}
          rows={schema.format === 'code' ? 10 : 3}
          value={String(value ?? '')}
          spellCheck={schema.format === 'text'}
          placeholder={schema.empty}
          onChange={({ target }) => onChange(target.value)}
          className={`${box} field-sizing-content max-h-80 py-1.5 ${schema.format === 'text' ? '' : 'font-mono'}`}
        />
      ) : (
        <input
          {...input}
          type="text"
          value={String(value ?? '')}
          placeholder={schema.empty}
          onChange={({ target }) => onChange(target.value)}
          className={`${box} h-9`}
        />
      )}
      <Below id={id} help={help} problem={problem} />
    </div>
  );
}

function Below({
  id,
  help,
  problem,
}: {
  id: string;
  help: string | undefined;
  problem: FlowProblem | undefined;
}) {
  return (
    <>
      {problem && (
        <p id={`${id}-problem`} className="mt-1 flex gap-1 text-xs text-pretty text-bad">
          <Icon name="bad" size={14} className="mt-px" />
          {problem.text}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="mt-1 text-xs text-pretty text-quiet">
          {help}
        </p>
      )}
    </>
  );
}

type InputProps = {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
};

function Picker({
  input,
  value,
  options,
  onChange,
}: {
  input: InputProps;
  value: string;
  options: readonly { readonly value: string; readonly text: string }[];
  onChange: (value: string) => void;
}) {
  return (
    <span className="relative block">
      <select
        {...input}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        className={`${box} h-9 appearance-none truncate pr-8`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <Icon name="down" size={14} className="pointer-events-none absolute top-2.5 right-2.5 text-quiet" />
    </span>
  );
}

/** The client's other flows, by name. */
function FlowPicker({
  input,
  schema,
  value,
  onChange,
}: Omit<FieldProps, 'node' | 'name' | 'problem'> & { input: InputProps }) {
  const { data = [] } = usePipelines();
  const self = useFlow((state) => state.id);
  const chosen = String(value ?? '');
  const others = data.filter(({ id }) => id !== self);
  const options = [
    { value: '', text: schema.empty ?? words.noFlow },
    ...others.map(({ id, name }) => ({ value: id, text: name })),
    ...(chosen !== '' && !others.some(({ id }) => id === chosen)
      ? [{ value: chosen, text: words.goneFlow }]
      : []),
  ];
  return <Picker input={input} value={chosen} options={options} onChange={onChange} />;
}

/** Connections of the kind that the setting wants, by name, with how the chosen one is doing. */
function ConnectionPicker({
  input,
  schema,
  value,
  onChange,
}: {
  input: InputProps;
  schema: FieldSchema;
  value: unknown;
  onChange: (value: string) => void;
}) {
  const { data = [] } = useConnections();
  const fitting = data.filter(({ kind, channel }) => mayBeChosen(schema, { kind, type: channel }));
  const chosen = String(value ?? '');
  const known = fitting.find(({ id }) => id === chosen);
  const options = [
    { value: '', text: schema.empty ?? words.noConnection },
    ...fitting.map(({ id, name, channelTitle }) => ({ value: id, text: `${name} · ${channelTitle}` })),
    ...(chosen !== '' && !known ? [{ value: chosen, text: words.goneConnection }] : []),
  ];
  return (
    <>
      <Picker input={input} value={chosen} options={options} onChange={onChange} />
      {known && (
        <p className="mt-1">
          <StatusMark tone={known.tone} small>
            {known.word}
          </StatusMark>
        </p>
      )}
      {fitting.length === 0 && <p className="mt-1 text-xs text-quiet">{words.connectionHow}</p>}
    </>
  );
}
