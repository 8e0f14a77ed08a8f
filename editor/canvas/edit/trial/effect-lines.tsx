import { trial as words } from '../../../texts/trial.ts';
import { StatusMark } from '../../../ui/status-mark.tsx';

/** Effects one by one, each with what it is about. */
export function EffectLines({
  effects,
}: {
  effects: readonly { readonly kind: keyof typeof words.kinds; readonly text: string }[];
}) {
  return (
    <ul className="grid gap-1.5 text-sm">
      {effects.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be done twice
        <li key={`${index} ${text}`} className="rounded-lg bg-sunken px-3 py-2">
          <span className={`block text-xs ${kind === 'fail' ? 'text-bad' : 'text-quiet'}`}>
            {words.kinds[kind]}
          </span>
          <span className="break-words">{text}</span>
        </li>
      ))}
    </ul>
  );
}

const LOOKS = {
  gone: { tone: 'bad', icon: 'zoomOut', word: words.gone },
  added: { tone: 'ok', icon: 'zoomIn', word: words.added },
} as const;

/** What is done no more, and what is done newly. */
export function LineChanges({ gone, added }: { gone: readonly string[]; added: readonly string[] }) {
  return (
    <ul className="grid gap-1 text-sm">
      {gone.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be missing twice
        <LineChange key={`gone ${index} ${text}`} look="gone" text={text} />
      ))}
      {added.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same may be new twice
        <LineChange key={`added ${index} ${text}`} look="added" text={text} />
      ))}
    </ul>
  );
}

function LineChange({ look, text }: { look: keyof typeof LOOKS; text: string }) {
  const { tone, icon, word } = LOOKS[look];
  return (
    <li className="flex items-baseline gap-2">
      <span className="shrink-0">
        <StatusMark tone={tone} icon={icon} small>
          {word}
        </StatusMark>
      </span>
      <span className="min-w-0 break-words">{text}</span>
    </li>
  );
}
