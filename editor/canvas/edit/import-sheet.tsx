import { useState } from 'react';
import type { NodeDescriptions } from '#runtime/flow/node-description.ts';
import { flowEditor as words } from '../../texts/flow-editor.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { say } from '../../ui/toast.tsx';
import { fitAll, placeForNew } from './canvas-view.ts';
import { pasteText } from './clipboard.ts';
import { closeDialog } from './editor-ui.ts';

/** Takes in Node-RED's JSON, pasted or from a file. */
export function ImportSheet({ types }: { types: NodeDescriptions }) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);

  function take(): void {
    const part = pasteText(text, types, placeForNew());
    setWrong(part === null);
    if (!part) return;
    const unknown = part.nodes.filter(({ type }) => !types.has(type)).length;
    say('ok', words.imported(part.nodes.length, unknown));
    closeDialog();
    setTimeout(fitAll, 60);
  }

  return (
    <Sheet title={words.importTitle} about={words.importAbout} onClose={closeDialog}>
      <div className="grid gap-4 p-5">
        <label className="block">
          <span className="mb-1 block text-sm font-medium">{words.importFile}</span>
          <input
            type="file"
            accept=".json,application/json"
            onChange={({ target }) => void target.files?.[0]?.text().then(setText)}
            className="block w-full text-sm"
          />
        </label>
        <label className="block">
          <span className="mb-1 block text-sm font-medium">{words.importText}</span>
          <textarea
            rows={14}
            value={text}
            spellCheck={false}
            aria-invalid={wrong}
            onChange={({ target }) => setText(target.value)}
            className="w-full rounded-lg border border-edge bg-surface px-3 py-2 font-mono text-xs aria-invalid:border-bad"
          />
        </label>
        {wrong && (
          <p role="alert" className="text-sm text-bad">
            {words.importWrong}
          </p>
        )}
        <div>
          <Button look="primary" disabled={text.trim() === ''} onClick={take}>
            {words.importDo}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
