import { formatDuration } from '../../format/numbers.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { IconButton } from '../../ui/button.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { openRun, pathOf, stepRun, useRun } from './run-on-canvas.ts';

/** Which run lies over the drawing, and the way through its steps. */
export function RunBar() {
  const { run, at } = useRun();
  if (!run) return null;
  const steps = pathOf(run).length;
  return (
    <section
      aria-label={words.run}
      className="absolute top-3 left-1/2 z-10 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 items-center gap-2 rounded-xl border border-line bg-surface py-1 pr-1 pl-3 shadow-float"
    >
      <StatusMark tone={run.state === 'done' ? 'ok' : 'bad'} small>
        {executionsTexts.states[run.state]}
      </StatusMark>
      <span className="min-w-0 truncate text-sm font-medium">{run.subject || executionsTexts.noSubject}</span>
      <span className="text-xs whitespace-nowrap text-quiet">{formatDuration(run.ms)}</span>
      <IconButton icon="left" label={words.stepBack} onClick={() => stepRun(-1)} />
      <span role="status" className="text-xs whitespace-nowrap tabular-nums">
        {words.stepOf(at + 1, steps)}
      </span>
      <IconButton icon="right" label={words.stepOn} onClick={() => stepRun(1)} />
      <IconButton icon="close" label={words.runClose} onClick={() => openRun(null)} />
    </section>
  );
}
