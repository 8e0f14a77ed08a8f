import { lazy, Suspense } from 'react';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useAsked } from '../../ui/use-asked.ts';

const loadPopover = async () => ({ default: (await import('./problems-popover.tsx')).ProblemsPopover });
const ProblemsPopover = lazy(loadPopover);

/** How many things are wrong. The list of them is loaded at the first sign of interest. */
export function ProblemsButton({ problems }: { problems: readonly FlowProblem[] }) {
  const { asked, interest } = useAsked(loadPopover);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const tone = errors > 0 ? 'text-bad' : problems.length > 0 ? 'text-warn' : 'text-ok';
  const text = words.problems(errors, problems.length);
  const button = (
    <Button look="quiet" aria-label={text} {...interest}>
      <Icon name={errors > 0 ? 'bad' : problems.length > 0 ? 'warn' : 'ok'} size={16} className={tone} />
      <span className="max-sm:hidden">{text}</span>
    </Button>
  );
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <ProblemsPopover problems={problems} trigger={button} />
    </Suspense>
  );
}
