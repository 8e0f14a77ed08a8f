import { settings as settingsTexts } from '../texts/settings.ts';
import { Button } from './button.tsx';
import { say } from './toast.tsx';

/** A secret that nobody can show again, with a way to take it along. */
export function ShownOnce({ text, about }: { text: string; about: string }) {
  return (
    <div role="status" className="rounded-lg bg-accent-soft p-3">
      <p className="text-sm text-pretty">
        {about} {settingsTexts.once}
      </p>
      <div className="mt-2 flex items-start gap-2">
        <code className="min-w-0 grow rounded-md bg-surface px-2 py-1.5 font-mono text-xs break-all select-all">
          {text}
        </code>
        {/* Browsers give the clipboard to https and loopback only: elsewhere one selects the text. */}
        {navigator.clipboard && (
          <Button
            onClick={() =>
              void navigator.clipboard.writeText(text).then(() => say('ok', settingsTexts.copied))
            }
          >
            {settingsTexts.copy}
          </Button>
        )}
      </div>
    </div>
  );
}
