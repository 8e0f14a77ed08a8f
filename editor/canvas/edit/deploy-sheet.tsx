import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { compareFlows } from '#runtime/flow/compare-flows.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { Problem, sentenceOf } from '../../api/problem.ts';
import { useMay } from '../../api/queries.ts';
import { postForJson } from '../../api/request.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { say } from '../../ui/toast.tsx';
import { closeDialog } from './editor-ui.ts';
import { FlowChanges } from './flow-changes.tsx';
import { flowPath } from './flow-queries.ts';
import { useFlow } from './flow-state.ts';
import { ProblemList } from './problem-list.tsx';
import { saveNow } from './save-draft.ts';

/** The answer when a test of the flow fails, and nothing else is wrong. */
const TEST_FAILED = 412;
const DEPLOY_MS_MAX = 90_000;

/** The one way to let a draft run: it shows what differs first, and asks for a note. */
export function DeploySheet({
  types,
  problems,
}: {
  types: NodeDescriptions;
  problems: readonly FlowProblem[];
}) {
  const client = useQueryClient();
  const { graph, deployed, version, name } = useFlow();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [failing, setFailing] = useState<string | null>(null);
  const [past, setPast] = useState('');
  const mayPass = useMay('manage');
  const errors = problems.filter(({ severity }) => severity === 'error');
  const comparison = compareFlows(deployed.graph, graph);
  const nothing = version > 0 && comparison.same && name === deployed.name;

  async function deploy(): Promise<void> {
    setBusy(true);
    try {
      await saveNow();
      const { id, revision, graph: sent, name: sentName } = useFlow.getState();
      const override = past.trim() === '' ? {} : { override: { reason: past.trim() } };
      const body = { revision, note, ...override };
      // Its tests are run first, in a process of their own.
      const done = await postForJson<{ version: number }>(flowPath(id, '/deploy'), body, DEPLOY_MS_MAX);
      useFlow.setState({ version: done.version, deployed: { name: sentName, graph: sent } });
      say('ok', words.deployed(done.version));
      closeDialog();
      await client.invalidateQueries({ queryKey: ['pipelines'] });
    } catch (error) {
      if (error instanceof Problem && error.status === TEST_FAILED) setFailing(error.detail);
      else say('bad', sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Sheet title={words.deployTitle} about={words.deployAbout} onClose={closeDialog}>
      <form
        className="grid gap-5 p-5"
        onSubmit={(event) => {
          event.preventDefault();
          void deploy();
        }}
      >
        {errors.length > 0 && (
          <section>
            <p className="mb-2 font-medium text-bad">{words.deployBlocked(errors.length)}</p>
            <ProblemList problems={errors} onGo={closeDialog} />
          </section>
        )}
        <section>
          <h3 className="mb-2 font-semibold">{words.changes}</h3>
          {nothing ? (
            <p className="text-quiet">{words.deployNothing}</p>
          ) : version === 0 ? (
            <p className="mb-2 text-quiet">{words.deployFirst}</p>
          ) : (
            comparison.looksOnly && <p className="text-quiet">{words.deployLooks}</p>
          )}
          <FlowChanges comparison={comparison} types={types} />
        </section>
        <label className="block">
          <span className="mb-1 block text-sm font-medium">{words.deployNote}</span>
          <textarea
            rows={3}
            value={note}
            maxLength={500}
            placeholder={words.deployNotePlaceholder}
            onChange={({ target }) => setNote(target.value)}
            className="w-full rounded-lg border border-edge bg-surface px-3 py-2 text-[1rem] placeholder:text-quiet sm:text-sm"
          />
        </label>
        {failing !== null && (
          <section role="alert" className="rounded-lg bg-bad-soft p-3 text-sm">
            <p className="text-pretty break-words text-bad">{failing}</p>
            {mayPass && (
              <TextField
                className="mt-3"
                label={words.deployPast}
                value={past}
                maxLength={300}
                onChange={setPast}
              />
            )}
          </section>
        )}
        <div>
          <Button
            look="primary"
            icon="check"
            busy={busy}
            disabled={busy || nothing || errors.length > 0}
            onClick={() => void deploy()}
          >
            {words.deployNow}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
