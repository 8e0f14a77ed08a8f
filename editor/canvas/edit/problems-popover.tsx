import { Popover } from 'radix-ui';
import { type ReactElement, useState } from 'react';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { ProblemList } from './problem-list.tsx';

/** The list of problems under its button. It is there since somebody asked for it: so it opens at once. */
export function ProblemsPopover({
  problems,
  trigger,
}: {
  problems: readonly FlowProblem[];
  trigger: ReactElement;
}) {
  const [open, setOpen] = useState(true);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={words.problemsTitle}
          className="z-50 max-h-[60dvh] w-96 max-w-[calc(100vw-1rem)] animate-fade overflow-y-auto rounded-xl border border-line bg-surface p-3 shadow-float"
        >
          <h2 className="mb-1.5 px-2 font-semibold">{words.problemsTitle}</h2>
          <ProblemList problems={problems} onGo={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
