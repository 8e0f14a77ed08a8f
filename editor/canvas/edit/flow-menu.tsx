import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { DraftView, PipelineView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useMay } from '../../api/queries.ts';
import { getJson, post, remove } from '../../api/request.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { texts } from '../../texts.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuRule } from '../../ui/menu.tsx';
import { say } from '../../ui/toast.tsx';
import type { CommandContext } from './commands.ts';
import { commandsHere } from './commands-here.ts';
import { flowPath } from './flow-queries.ts';
import { openFlow, useFlow } from './flow-state.ts';

const IN_MENU = [
  { id: 'commands', icon: 'looking' },
  { id: 'versions', icon: 'clock' },
  { id: 'import', icon: 'down' },
  { id: 'export', icon: 'outbox' },
  { id: 'shortcuts', icon: 'info' },
] as const;

/** What is done rarely: versions, import and export, pausing, throwing away. */
export function FlowMenu({ live, context }: { live: PipelineView; context: CommandContext }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const version = useFlow((state) => state.version);
  const [builds, decides] = [useMay('build'), useMay('decide')];

  async function act(done: string, action: () => Promise<void>): Promise<void> {
    try {
      await action();
      say('ok', done);
      await client.invalidateQueries({ queryKey: ['pipelines'] });
    } catch (error) {
      say('bad', sentenceOf(error));
    }
  }
  // What can't be undone asks once more, in the browser's own words.
  const sure = (what: string) => globalThis.confirm(words.sure(what));

  return (
    <Menu trigger={<IconButton icon="more" label={words.more} />}>
      {IN_MENU.map(({ id, icon }) => {
        const command = commandsHere().find((one) => one.id === id);
        return (
          command && (
            <MenuItem key={id} icon={icon} onChoose={() => setTimeout(() => void command.run(context))}>
              {command.title}
            </MenuItem>
          )
        );
      })}
      {(builds || decides) && <MenuRule />}
      {builds && version > 0 && live.state === 'running' && (
        <MenuItem
          icon="pause"
          onChoose={() => void act(words.paused, () => post(flowPath(live.id, '/pause'), {}))}
        >
          {words.pause}
        </MenuItem>
      )}
      {decides && live.state === 'paused' && (
        <MenuItem
          icon="ok"
          onChoose={() => void act(texts.flows.resumed(live.name), () => post(flowPath(live.id, '/resume')))}
        >
          {texts.flows.resume}
        </MenuItem>
      )}
      {builds && (
        <>
          <MenuItem
            icon="retry"
            onChoose={() => {
              if (!sure(words.discard)) return;
              void act(words.discarded, async () => {
                await remove(flowPath(live.id, '/draft'), {});
                openFlow(
                  await getJson<DraftView>(flowPath(live.id, '/draft'), {}, AbortSignal.timeout(10_000)),
                );
              });
            }}
          >
            {words.discard}
          </MenuItem>
          <MenuItem
            icon="close"
            onChoose={() => {
              if (!sure(words.removeFlow)) return;
              void act(words.removedFlow, async () => {
                useFlow.setState({ save: 'saved' });
                await remove(flowPath(live.id), {});
                await navigate('/flows');
              });
            }}
          >
            {words.removeFlow}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
