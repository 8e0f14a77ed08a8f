import { settings as settingsTexts } from '../texts/settings.ts';
import { Button } from './button.tsx';
import { say } from './toast.tsx';

/** Takes a text along. Browsers give the clipboard to https and loopback only: elsewhere one selects the text. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  if (!navigator.clipboard) return null;
  return (
    <Button
      {...(label && { 'aria-label': label })}
      onClick={() => void navigator.clipboard.writeText(text).then(() => say('ok', settingsTexts.copied))}
    >
      {settingsTexts.copy}
    </Button>
  );
}
