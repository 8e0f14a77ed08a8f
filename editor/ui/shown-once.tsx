import { settings as settingsTexts } from '../texts/settings.ts';
import { CopyButton } from './copy-button.tsx';

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
        <CopyButton text={text} />
      </div>
    </div>
  );
}
