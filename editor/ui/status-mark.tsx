import type { Tone } from '#server/api/views.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

/** The tones of the API, and `idle` for what has no state worth a colour. */
export type MarkTone = Tone | 'idle';

/** A tone as the colour of a text or an icon. */
export const toneText = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', idle: 'text-quiet' } as const;
/** A tone as a soft ground with its text. */
export const toneSoft = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  idle: 'bg-sunken text-quiet',
} as const;
/** The icon of a tone, where a state has none of its own. */
export const toneIcon = { ok: 'ok', warn: 'warn', bad: 'bad', idle: 'idle' } as const satisfies Record<
  MarkTone,
  IconName
>;

/** A state: colour, icon and word, always all three. */
export function StatusMark({
  tone,
  icon = toneIcon[tone],
  small = false,
  children,
}: {
  tone: MarkTone;
  icon?: IconName;
  small?: boolean;
  children: string;
}) {
  return (
    <span
      className={`inline-flex items-center gap-1 font-medium ${small ? 'text-xs' : 'text-sm'} ${toneText[tone]}`}
    >
      <Icon name={icon} size={small ? 14 : 16} />
      {children}
    </span>
  );
}

/** The same on a soft ground, for a state that should be found at a glance. */
export function StatusBadge({
  tone,
  icon = toneIcon[tone],
  children,
}: {
  tone: MarkTone;
  icon?: IconName | null;
  children: string;
}) {
  return (
    <span
      className={`inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-0.5 text-xs font-medium ${toneSoft[tone]}`}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
