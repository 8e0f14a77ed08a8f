import type { FlowProblem } from '#runtime/flow/flow-problem.ts';
import { Choosers } from './choosers.tsx';
import type { CommandContext } from './commands.ts';
import { DeploySheet } from './deploy-sheet.tsx';
import { useEditorUi } from './editor-ui.ts';
import { ImportSheet } from './import-sheet.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { VersionsSheet } from './versions-sheet.tsx';

/** Whatever lies over the editor. Loaded at its first use. */
export default function FlowDialogs({
  context,
  problems,
}: {
  context: CommandContext;
  problems: readonly FlowProblem[];
}) {
  const dialog = useEditorUi((state) => state.dialog);
  switch (dialog) {
    case null:
      return null;
    case 'deploy':
      return <DeploySheet types={context.types} problems={problems} />;
    case 'versions':
      return <VersionsSheet types={context.types} />;
    case 'import':
      return <ImportSheet types={context.types} />;
    case 'shortcuts':
      return <ShortcutsSheet />;
    default:
      return <Choosers context={context} />;
  }
}
