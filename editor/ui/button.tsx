import type { ComponentProps } from 'react';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';

const looks = {
  primary: 'bg-ink text-paper hover:opacity-85',
  plain: 'bg-surface text-ink border border-line hover:bg-sunken',
  quiet: 'text-quiet hover:bg-sunken hover:text-ink',
} as const;

const base =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg font-medium whitespace-nowrap transition-colors disabled:opacity-60';

type ButtonProps = ComponentProps<'button'> & { look?: keyof typeof looks; icon?: IconName };

/** A button with words. `busy` keeps its width and says so to a screen reader. */
export function Button({
  look = 'plain',
  icon,
  busy = false,
  className,
  children,
  ...rest
}: ButtonProps & { busy?: boolean }) {
  return (
    <button
      type="button"
      disabled={busy}
      aria-busy={busy}
      className={`${base} min-h-9 px-3 text-sm ${looks[look]} ${className ?? ''}`}
      {...rest}
    >
      {icon && <Icon name={icon} size={16} className={busy ? 'animate-breathe' : ''} />}
      {children}
    </button>
  );
}

/** A button that is only an icon. Its label is read out and shown on hover. */
export function IconButton({
  look = 'quiet',
  icon,
  label,
  className,
  ...rest
}: Omit<ButtonProps, 'icon' | 'aria-label' | 'title'> & { icon: IconName; label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`${base} size-9 ${looks[look]} ${className ?? ''}`}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
