import { trial as words } from '../../../texts/trial.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { StatusMark } from '../../../ui/status-mark.tsx';
import { change, useFlow } from '../flow-state.ts';
import { LineChanges } from './effect-lines.tsx';
import { beginTrial, useTrial } from './trial-state.ts';

/** The tests of the flow: what each asks for, and whether the draft does it. */
export function FlowTests() {
  const tests = useFlow(({ graph }) => graph.tests);
  const { busy, trial, problem } = useTrial();
  if (!tests || tests.length === 0)
    return <p className="text-sm text-pretty text-quiet">{words.testsNone}</p>;
  const results = new Map(trial?.report?.tests.map((result) => [result.id, result]));
  return (
    <div className="grid gap-4">
      <p className="text-sm text-pretty text-quiet">{words.testsAbout}</p>
      <div>
        <Button look="primary" busy={busy} onClick={() => void beginTrial({ kind: 'tests' }, null)}>
          {words.testsRun}
        </Button>
      </div>
      {problem !== null && <p role="alert">{problem}</p>}
      <ul className="grid gap-2">
        {tests.map(({ id, name, expected }) => {
          const result = results.get(id);
          return (
            <li key={id} className="rounded-lg border border-line p-3">
              <p className="flex items-center gap-2">
                <span className="min-w-0 grow truncate font-medium">{name}</span>
                <StatusMark tone={result ? (result.problem === null ? 'ok' : 'bad') : 'idle'} small>
                  {result ? (result.problem === null ? words.passed : words.failed) : words.notRun}
                </StatusMark>
                <IconButton
                  icon="close"
                  label={words.removeTest(name)}
                  className="size-7"
                  onClick={() =>
                    change((graph) => ({ ...graph, tests: graph.tests?.filter((one) => one.id !== id) }))
                  }
                />
              </p>
              {result?.problem ? (
                <LineChanges gone={result.gone} added={result.added} />
              ) : (
                <ul className="text-xs text-quiet">
                  {expected.map((text, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the same may be expected twice
                    <li key={`${index} ${text}`} className="truncate" title={text}>
                      {text}
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
