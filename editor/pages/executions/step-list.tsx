import type { ExecutionStepView } from '#server/api/views.ts';
import { formatDuration } from '../../format/numbers.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { Icon } from '../../ui/icon.tsx';

const words = executionsTexts;

/** The steps of a run in the order of their time; each opens to what its node got and gave. */
export const StepList = ({ steps, more }: { steps: readonly ExecutionStepView[]; more: number }) => (
  <>
    <ol className="grid gap-1.5">
      {steps.map((step, index) => (
        // Steps have no name of their own, and a kept run never changes.
        <li key={`${step.nodeId} ${step.atMs} ${String(index)}`}>
          <Step step={step} />
        </li>
      ))}
    </ol>
    {more > 0 && <p className="mt-2 text-xs text-quiet">{words.more(more)}</p>}
  </>
);

function Step({ step }: { step: ExecutionStepView }) {
  const { name, atMs, ms, failed, reason, input, outputs } = step;
  return (
    <details open={failed} className="group rounded-lg border border-line">
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 rounded-lg px-3 py-1.5">
        <Icon
          name="right"
          size={14}
          className="shrink-0 text-quiet transition-transform group-open:rotate-90"
        />
        <Icon name={failed ? 'bad' : 'ok'} size={16} className={failed ? 'text-bad' : 'text-ok'} />
        <span className="min-w-0 grow truncate">
          {name}
          {failed && <span className="sr-only"> · {words.states.failed}</span>}
        </span>
        <span className="shrink-0 text-xs text-quiet">
          +{formatDuration(atMs)} · {formatDuration(ms)}
        </span>
      </summary>
      <div className="grid gap-2 border-t border-line px-3 py-2.5">
        {reason && <p className="text-pretty break-words text-bad">{reason}</p>}
        <Item label={words.input} text={input} />
        {outputs.map((output, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: outputs have no name of their own and never change
          <Item key={`${output.name} ${index}`} label={words.output(output.name)} text={output.item} />
        ))}
        {outputs.length === 0 && !failed && <p className="text-xs text-quiet">{words.nothingOut}</p>}
      </div>
    </details>
  );
}

const Item = ({ label, text }: { label: string; text: string }) => (
  <div>
    <p className="text-xs text-quiet">{label}</p>
    {/* Long ones scroll, so they must be reachable by keyboard. */}
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="mt-0.5 max-h-56 overflow-auto rounded-md bg-sunken px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap break-words"
    >
      {pretty(text)}
    </section>
  </div>
);

/** Indented where it is whole; as it stands where it was cut. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
