import { useEffect, useRef, useState } from 'react';
import type { FieldSchema } from '#runtime/flow/node-description.ts';
import type { WizardView } from '#server/api/views.ts';
import { SettingField } from '../../canvas/edit/setting-field.tsx';
import { wizard as words } from '../../texts/wizard.ts';
import { ground } from '../../ui/panel.tsx';
import { RuleList } from './rule-list.tsx';
import { StepFoot } from './step-frame.tsx';
import { useKeep } from './wizard-queries.ts';

const restMs = 300;

/** The template's settings, as a form made of their schema, and what it will do with them, in sentences. */
export function RulesStep({ wizard }: { wizard: WizardView }) {
  const { id, fields, problems, rules, example } = wizard;
  const { typed, change, saving } = useTyped(wizard);
  const before = wizard.steps[wizard.steps.indexOf('rules') - 1] ?? 'connect';
  const names = Object.keys(fields);
  return (
    <div className="grid gap-4">
      <div className={`${ground} grid gap-5 p-4`}>
        {names.length === 0 && <p className="text-quiet">{words.rules.none}</p>}
        {names.map((name) => {
          const problem = problems.find(({ field }) => field === name);
          return (
            <SettingField
              key={name}
              node=""
              name={name}
              schema={fields[name] as unknown as FieldSchema}
              value={typed[name]}
              problem={problem && { ...problem, nodeId: '', severity: 'error' }}
              onChange={(value) => change({ ...typed, [name]: value })}
            />
          );
        })}
        {names.length > 0 && (
          <p role="status" className="text-xs text-quiet">
            {saving ? words.rules.saving : words.rules.saved}
          </p>
        )}
      </div>
      <section aria-labelledby="does" aria-live="polite">
        <h3 id="does" className="mb-2 font-semibold">
          {words.rules.does}
        </h3>
        {problems.length > 0 ? (
          <p className="text-bad">{words.rules.wrong}</p>
        ) : (
          <>
            <RuleList rules={rules} />
            {example && (
              <p className="mt-3 rounded-lg border border-line bg-surface px-3 py-2.5 text-pretty">
                <span className="font-semibold">{words.rules.example}:</span> {example}
              </p>
            )}
          </>
        )}
      </section>
      <StepFoot
        happens={[words.happens.rules]}
        back={`/wizard/${id}/${before}`}
        next={`/wizard/${id}/check`}
        held={problems.length > 0 ? words.rules.wrong : null}
      />
    </div>
  );
}

/** What is typed is kept on the server when typing rests for a moment, and at once when the step is left. */
function useTyped({ id, parameters }: WizardView) {
  const [typed, setTyped] = useState(parameters);
  const { mutate: keep, isPending } = useKeep(id);
  const waiting = useRef<WizardView['parameters'] | null>(null);
  const [isWaiting, setWaiting] = useState(false);
  useEffect(() => {
    if (!isWaiting) return;
    const send = () => {
      if (waiting.current) keep({ parameters: waiting.current });
      waiting.current = null;
    };
    const timer = setTimeout(() => {
      send();
      setWaiting(false);
    }, restMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isWaiting, keep]);
  useEffect(
    () => () => {
      if (waiting.current) keep({ parameters: waiting.current });
    },
    [keep],
  );
  const change = (next: WizardView['parameters']) => {
    setTyped(next);
    waiting.current = next;
    setWaiting(true);
  };
  return { typed, change, saving: isWaiting || isPending };
}
