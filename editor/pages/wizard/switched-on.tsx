import type { WizardView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useMay } from '../../api/queries.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ground } from '../../ui/panel.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { say } from '../../ui/toast.tsx';
import { useUndo } from './wizard-queries.ts';

/** It is on: where to see it, and how to take it back. */
export function SwitchedOn({ wizard: { id, template, pipelineId } }: { wizard: WizardView }) {
  const undo = useUndo(id);
  const inspects = useMay('inspect');
  return (
    <div className="grid gap-4">
      <div role="status" className={`${ground} flex gap-3 p-5`}>
        <Icon name="ok" size={24} className="mt-0.5 text-ok" />
        <div>
          <p className="text-lg font-semibold">{words.check.on(template.title)}</p>
          <p className="text-pretty">{template.writesStock ? words.check.onWrites : words.check.onReads}</p>
          <p className="mt-3 flex flex-wrap gap-x-5 gap-y-1">
            <TextLink to="/">{words.check.toDashboard}</TextLink>
            {pipelineId && inspects && (
              <TextLink to={`/flows/${encodeURIComponent(pipelineId)}`}>{words.seeFlow}</TextLink>
            )}
          </p>
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          icon="undo"
          busy={undo.isPending}
          onClick={() =>
            undo.mutate(undefined, {
              onError: (error) => say('bad', sentenceOf(error)),
            })
          }
        >
          {undo.isPending ? words.check.undoing : words.check.undo}
        </Button>
        <p className="min-w-0 grow basis-60 text-sm text-pretty text-quiet">{words.check.undoAbout}</p>
      </div>
    </div>
  );
}
