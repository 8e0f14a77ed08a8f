import type { ExecutionStepView } from '#server/api/views.ts';
import { formatDuration } from '../../format/numbers.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { useNewestRuns } from './newest-runs.ts';
import { useRun } from './run-on-canvas.ts';

/** What came in and went out of a node: in the run that lies over the drawing, else in the newest ones. */
export function NodeMessages({ flow, node }: { flow: string; node: string }) {
  const open = useRun(({ run }) => run);
  const { data: newest, isPending } = useNewestRuns(flow);
  const data = open ? [open] : newest;
  if (isPending && !open) return <SkeletonRows rows={3} />;
  const steps = (data ?? []).flatMap(({ id, startedAt, subject, steps: all }) =>
    (all ?? [])
      .filter(({ nodeId }) => nodeId === node)
      .map((step, index) => ({ key: `${id} ${index}`, startedAt, subject, step })),
  );
  if (steps.length === 0) return <p className="text-sm text-pretty text-quiet">{words.messagesNone}</p>;
  return (
    <ol className="grid gap-3">
      {steps.slice(0, 20).map(({ key, startedAt, subject, step }) => (
        <li key={key} className="rounded-lg border border-line p-2.5">
          <p className="mb-1.5 flex items-center gap-2 text-xs text-quiet">
            <StatusMark tone={step.failed ? 'bad' : 'ok'} small>
              {subject || formatDuration(step.ms)}
            </StatusMark>
            <Ago at={startedAt} className="ml-auto" />
          </p>
          {step.reason && <p className="mb-1.5 text-sm text-bad">{step.reason}</p>}
          <Step step={step} />
        </li>
      ))}
    </ol>
  );
}

function Step({ step: { input, outputs } }: { step: ExecutionStepView }) {
  return (
    <div className="grid gap-1.5">
      <Message title={words.messagesIn} text={input} />
      {outputs.map(({ name, item }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: outputs have no name of their own and never change
        <Message key={`${name} ${index}`} title={words.messagesOut(name)} text={item} />
      ))}
      {outputs.length === 0 && <p className="text-xs text-quiet">{words.messagesNothing}</p>}
    </div>
  );
}

const Message = ({ title, text }: { title: string; text: string }) => (
  <details className="group">
    <summary className="min-h-6 cursor-pointer text-xs text-quiet">{title}</summary>
    <section
      aria-label={title}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="mt-1 max-h-56 overflow-auto rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap break-words"
    >
      {indented(text)}
    </section>
  </details>
);

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It was cut, and is shown as it stands.
    return text;
  }
}
