import { useEffect, useRef, useState } from 'react';
import { trial as words } from '../../../texts/trial.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Select } from '../../../ui/select.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { useFlow } from '../flow-state.ts';
import { useTrialPanel } from '../trial-panel-state.ts';
import { FlowTests } from './flow-tests.tsx';
import { TrialFindings } from './trial-findings.tsx';
import { beginTrial, endTrial, type TrialOf, useTrial } from './trial-state.ts';

/** Beside the canvas: what the draft would do, and for which orders it would do something else than what is deployed. */
export default function TrialPanel() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <aside
      aria-label={words.title}
      data-closes
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        endTrial();
      }}
      className="z-10 flex flex-col border-line bg-surface max-lg:absolute max-lg:shadow-float max-md:inset-x-0 max-md:bottom-0 max-md:max-h-[70%] max-md:animate-rise max-md:rounded-t-2xl max-md:border-t md:w-[22rem] md:shrink-0 md:border-r md:max-lg:inset-y-0 md:max-lg:left-0"
    >
      <div className="flex items-start gap-3 py-3 pr-2 pl-4">
        <div className="min-w-0 grow">
          <h2 ref={heading} tabIndex={-1} className="font-semibold">
            {words.title}
          </h2>
          <p className="text-xs text-pretty text-quiet">{words.about}</p>
        </div>
        <IconButton icon="close" label={words.close} onClick={endTrial} />
      </div>
      <Tabs
        label={words.title}
        tabs={[
          { id: 'try', title: words.title, content: <Trying /> },
          { id: 'tests', title: words.tests, content: <FlowTests /> },
        ]}
      />
    </aside>
  );
}

const CHOICES = ['example', '1', '24', '168', '720'] as const;
type Choice = (typeof CHOICES)[number] | 'event';

function Trying() {
  const { event, here } = useTrialPanel();
  const [choice, setChoice] = useState<Choice>(event === null ? 'example' : 'event');
  const [only, setOnly] = useState(here);
  const { busy, trial, problem, of } = useTrial();
  const chosen = useFlow((state) => state.chosen.at(-1));
  const node = useFlow(({ graph }) => graph.nodes.find(({ id }) => id === chosen));
  const asked = useRef(false);
  const upTo = only && node ? node.id : null;
  const wanted = (): TrialOf => {
    if (choice === 'example') return { kind: 'example' };
    if (choice === 'event') return { kind: 'event', id: event ?? '' };
    return { kind: 'period', hours: Number(choice) };
  };
  // Whoever comes from a run, or from "up to here", has said already what is to be tried.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the panel opens.
  useEffect(() => {
    if (asked.current || (event === null && !here)) return;
    asked.current = true;
    void beginTrial(wanted(), upTo);
  }, []);
  const options = [
    ...(event === null ? [] : [{ value: 'event' as const, text: words.onEvent }]),
    { value: 'example' as const, text: words.example },
    ...CHOICES.filter((one) => one !== 'example').map((value) => ({
      value,
      text: words.periods[Number(value) as keyof typeof words.periods],
    })),
  ];
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <Select<Choice> label={words.on} value={choice} options={options} onChoose={setChoice} />
        <Button look="primary" busy={busy} onClick={() => void beginTrial(wanted(), upTo)}>
          {trial === null ? words.go : words.again}
        </Button>
      </div>
      {node && (
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={only} onChange={({ target }) => setOnly(target.checked)} />
          {words.upTo(node.name)}
        </label>
      )}
      <p role="status" className="text-sm text-quiet empty:hidden">
        {busy && words.running(trial?.done ?? 0, trial?.total ?? 0)}
      </p>
      {problem !== null && (
        <p role="alert" className="flex gap-2 rounded-lg bg-bad-soft p-3 text-sm text-bad">
          <Icon name="bad" className="mt-px" />
          {problem}
        </p>
      )}
      {trial?.report && of?.kind !== 'tests' && <TrialFindings report={trial.report} upTo={upTo} />}
    </div>
  );
}
