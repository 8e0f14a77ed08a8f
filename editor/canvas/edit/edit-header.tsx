import { Link } from 'react-router';
import { compareFlows } from '#runtime/flow/compare-flows.ts';
import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import type { PipelineView } from '#server/api/views.ts';
import { FlowState } from '../../pages/flows/flow-state.tsx';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { rights } from '../../texts/rights.ts';
import { texts } from '../../texts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Segments } from '../../ui/segments.tsx';
import type { CommandContext } from './commands.ts';
import { openDialog } from './editor-ui.ts';
import { FlowMenuButton } from './flow-menu-button.tsx';
import { redo, renameFlow, undo, useFlow } from './flow-state.ts';
import { Present } from './presence.tsx';
import { ProblemsButton } from './problems-button.tsx';
import { openTrial } from './trial-panel-state.ts';

/** Name, state, what is wrong, and the one button that lets it run. */
export function EditHeader({
  live,
  problems,
  outline,
  context,
}: {
  live: PipelineView;
  problems: readonly FlowProblem[];
  outline: boolean;
  context: CommandContext;
}) {
  const { name, version, save, past, future, readOnly } = useFlow();
  const address = `/flows/${encodeURIComponent(live.id)}`;
  return (
    <div className="flex flex-wrap items-center gap-x-1 gap-y-2 border-b border-line bg-surface px-2 py-2 sm:gap-x-2 sm:px-3">
      <Link
        to="/flows"
        aria-label={texts.canvas.back}
        title={texts.canvas.back}
        className="grid size-9 place-items-center rounded-lg text-quiet hover:bg-sunken hover:text-ink"
      >
        <Icon name="left" />
      </Link>
      <div className="min-w-0 grow basis-48">
        <p className="flex items-center gap-2">
          <input
            aria-label={words.name}
            value={name}
            maxLength={80}
            readOnly={readOnly}
            onChange={({ target }) => target.value !== '' && renameFlow(target.value)}
            className="field-sizing-content -ml-1 h-7 max-w-full min-w-24 truncate rounded-md bg-transparent px-1 text-lg font-semibold hover:bg-sunken focus:bg-surface"
          />
          {version > 0 && <FlowState state={live.state} />}
        </p>
        <p className="flex items-center gap-1.5 pl-0 text-xs text-quiet">
          <span>{words.version(version)}</span>
          <Undeployed />
          <span aria-hidden="true">·</span>
          <span role="status" className={save === 'failed' ? 'text-bad' : ''}>
            {readOnly ? rights.look('build') : words.save[save]}
          </span>
        </p>
      </div>
      {/* Where it is too narrow for all of it, what shows the flow goes below what lets it run. */}
      <div className="flex items-center sm:gap-x-2 sm:max-lg:order-1 sm:max-lg:basis-full">
        {!readOnly && (
          <div className="flex max-sm:hidden">
            <IconButton icon="undo" label={words.undo} disabled={past.length === 0} onClick={undo} />
            <IconButton icon="redo" label={words.redo} disabled={future.length === 0} onClick={redo} />
          </div>
        )}
        <Segments
          label={texts.canvas.view}
          options={[
            { to: `${address}?view=drawing`, text: texts.canvas.drawing, current: !outline },
            { to: `${address}?view=outline`, text: texts.canvas.outline, current: outline },
          ]}
        />
      </div>
      <Present />
      <ProblemsButton problems={problems} />
      <FlowMenuButton live={live} context={context} />
      {!readOnly && (
        <>
          <Button onClick={() => openTrial()}>{words.try}</Button>
          <Button look="primary" onClick={() => openDialog('deploy')}>
            {words.deploy}
          </Button>
        </>
      )}
    </div>
  );
}

function Undeployed() {
  const changed = useFlow(
    ({ name, graph, deployed, version }) =>
      version > 0 &&
      (name !== deployed.name || (graph !== deployed.graph && !compareFlows(deployed.graph, graph).same)),
  );
  if (!changed) return null;
  return (
    <>
      <span aria-hidden="true">·</span>
      <span className="text-warn max-sm:hidden">{words.undeployed}</span>
    </>
  );
}
