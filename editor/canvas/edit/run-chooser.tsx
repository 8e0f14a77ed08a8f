import { useQuery } from '@tanstack/react-query';
import type { ExecutionRow, PageView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { getJson } from '../../api/request.ts';
import { formatDuration } from '../../format/numbers.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import type { Choice } from '../../ui/choice.ts';
import { Chooser } from '../../ui/chooser.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Ago } from '../../ui/time.tsx';
import { closeDialog } from './editor-ui.ts';
import { useFlow } from './flow-state.ts';
import { showRun } from './run-on-canvas.ts';

const runsShown = 100;

/** The newest runs of this flow; the chosen one is laid over the drawing. */
export function RunChooser() {
  const flow = useFlow((state) => state.id);
  const { data, error } = useQuery({
    queryKey: ['executions', 'to-choose', flow],
    queryFn: ({ signal }) =>
      getJson<PageView<ExecutionRow>>('/executions', { pipeline: flow, limit: runsShown }, signal),
  });
  const choices = (data?.items ?? []).map(
    ({ id, subject, state, ms, messages, at, failure }): Choice => ({
      id,
      title: subject || executionsTexts.noSubject,
      // One order makes several runs: what came in, and the levels that it changed. The messages tell them apart.
      about: failure?.reason ?? `${executionsTexts.messages(messages)} · ${formatDuration(ms)}`,
      words: executionsTexts.states[state],
      mark: (
        <Icon
          name={state === 'done' ? 'ok' : 'bad'}
          size={16}
          className={state === 'done' ? 'text-ok' : 'text-bad'}
        />
      ),
      aside: <Ago at={at} className="text-xs text-quiet" />,
    }),
  );
  return (
    <Chooser
      title={words.runs}
      placeholder={words.runsSearch}
      none={data ? words.nothingFound : error ? sentenceOf(error) : texts.loading}
      choices={choices}
      onClose={closeDialog}
      onChoose={(id) => void showRun(id)}
    />
  );
}
