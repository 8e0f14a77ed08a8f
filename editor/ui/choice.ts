import type { ReactNode } from 'react';

/** One thing that can be chosen. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly about?: string | undefined;
  readonly group?: string | undefined;
  readonly mark?: ReactNode;
  /** At the right: a shortcut, a word. */
  readonly aside?: ReactNode;
  /** Words that are searched besides title and description. */
  readonly words?: string | undefined;
  /** Why it can't be chosen. */
  readonly refused?: string | undefined;
}

const shownMax = 80;

/** Those whose words begin with all that was typed; what begins with it comes first. */
export function matching(choices: readonly Choice[], typed: string): readonly Choice[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return choices.slice(0, shownMax);
  const fits = ({ title, about = '', group = '', words = '' }: Choice) => {
    const text = `${title} ${about} ${group} ${words}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  const rank = ({ title, refused }: Choice) =>
    (refused ? 2 : 0) + (title.toLowerCase().includes(wanted[0] ?? '') ? 0 : 1);
  return choices
    .filter(fits)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, shownMax);
}
