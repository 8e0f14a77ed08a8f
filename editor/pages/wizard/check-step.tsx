import type { WizardView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ground } from '../../ui/panel.tsx';
import { FirstSync } from './first-sync.tsx';
import { RuleList } from './rule-list.tsx';
import { StepFoot } from './step-frame.tsx';
import { SwitchedOn } from './switched-on.tsx';
import { useFirstSync, useSwitchOn } from './wizard-queries.ts';

/** What would change at once, with real rows; then the switch, and the way back. */
export function CheckStep({ wizard }: { wizard: WizardView }) {
  return wizard.state === 'on' ? <SwitchedOn wizard={wizard} /> : <Check wizard={wizard} />;
}

function Check({ wizard }: { wizard: WizardView }) {
  const { id, rules, state, template, matching } = wizard;
  const firstSync = useFirstSync(id);
  const switchOn = useSwitchOn(id, template.title);
  const changes = firstSync.data ? firstSync.data.raised + firstSync.data.lowered : null;
  return (
    <div className="grid gap-4">
      {state === 'undone' && <p className="text-quiet">{words.check.undoneState}</p>}
      <RuleList rules={rules} className={`${ground} p-4`} />
      {template.writesStock && <FirstSync query={firstSync} unmatched={matching.toMatch} />}
      {switchOn.error && (
        <p role="alert" className="flex gap-2 rounded-lg bg-bad-soft p-3 text-sm text-bad">
          <Icon name="bad" className="mt-px" />
          {sentenceOf(switchOn.error)}
        </p>
      )}
      <StepFoot
        happens={[
          words.happens.check,
          template.writesStock
            ? changes === null
              ? words.check.looking
              : words.happens.checkWrites(changes)
            : words.happens.checkReads,
        ]}
        back={`/wizard/${id}/rules`}
      >
        <Button
          look="primary"
          busy={switchOn.isPending}
          // What will be written is seen first.
          disabled={switchOn.isPending || (template.writesStock && changes === null)}
          onClick={() => switchOn.mutate()}
          className="min-h-10 px-4"
        >
          {switchOn.isPending ? words.check.switching : words.check.switchOn}
        </Button>
      </StepFoot>
    </div>
  );
}
