import { lazy, Suspense } from 'react';
import type { PipelineView } from '#server/api/views.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { IconButton } from '../../ui/button.tsx';
import { useAsked } from '../../ui/use-asked.ts';
import type { CommandContext } from './commands.ts';

const loadMenu = async () => ({ default: (await import('./flow-menu.tsx')).FlowMenu });
const FlowMenu = lazy(loadMenu);

/** The button of the flow's menu. The menu itself is loaded at the first sign of interest. */
export function FlowMenuButton({ live, context }: { live: PipelineView; context: CommandContext }) {
  const { asked, interest } = useAsked(loadMenu);
  const button = <IconButton icon="more" label={words.more} {...interest} />;
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <FlowMenu live={live} context={context} />
    </Suspense>
  );
}
