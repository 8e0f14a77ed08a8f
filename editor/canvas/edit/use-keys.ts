import { useEffect } from 'react';
import { isPressed } from '../../ui/pressed.ts';
import type { CommandContext } from './commands.ts';
import { commandsHere } from './commands-here.ts';
import { useEditorUi } from './editor-ui.ts';
import { choose } from './flow-state.ts';

/** Whether keys are meant for a field that is typed into. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable="true"]') !== null
  );
}

/** Keys that work in fields too: they type nothing. */
const EVERYWHERE = new Set(['commands', 'deploy', 'save', 'find']);

/** Listens to the keys of all commands while the editor is open, and no dialog lies over it. */
export function useKeys(context: CommandContext): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (useEditorUi.getState().dialog !== null || event.defaultPrevented) return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const typing = isTyping(event.target);
      if (event.key === 'Escape' && !typing) {
        // A panel that closes by it, when it has the focus, hears of it itself.
        if (event.target instanceof Element && event.target.closest('[data-closes]')) return;
        if (useEditorUi.getState().refusal) useEditorUi.setState({ refusal: null });
        else choose([]);
        // React Flow would choose the card again, since it is not chosen any more.
        event.stopPropagation();
        return;
      }
      const command = commandsHere().find(
        ({ id, keys }) =>
          (!typing || EVERYWHERE.has(id)) && keys?.some((combination) => isPressed(combination, event)),
      );
      if (!command || command.when?.() === false) return;
      // What is marked as text is copied as text.
      if (command.id === 'copy' && String(getSelection() ?? '') !== '') return;
      event.preventDefault();
      event.stopPropagation();
      void command.run(context);
    }
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [context]);
}
