import type { PipelineView } from '#server/api/views.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { openDialog } from './editor-ui.ts';

/** What runs is not what was deployed last: too much failed after it. Stands until the next deploy. */
export function WentBackNote({ went }: { went: NonNullable<PipelineView['wentBack']> }) {
  return (
    <section
      role="status"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warn-soft px-4 py-2 text-sm"
    >
      <Icon name="warn" size={16} className="text-warn" />
      <p className="min-w-0 grow basis-64 text-pretty">
        <span className="font-medium">{words.wentBack(went.from, went.to)}</span> {went.reason}
      </p>
      <TextLink to="/dead-letters">{words.wentBackLetters}</TextLink>
      <Button onClick={() => openDialog('versions')}>{words.versions}</Button>
    </section>
  );
}
