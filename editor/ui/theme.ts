import { create } from 'zustand';

/** The themes, in the order in which they are offered. */
export const themes = ['system', 'light', 'dark'] as const;
/** One of {@link themes}. */
export type Theme = (typeof themes)[number];

/** Also read by public/theme.js, before the first paint. */
const storageKey = 'syncflow.theme';

const remembered = (): Theme =>
  themes.find((theme) => theme === document.documentElement.dataset.theme) ?? 'system';

/** The reader's choice; `system` follows the system. */
export const useTheme = create<{ readonly theme: Theme }>(() => ({ theme: remembered() }));

/** Changes the theme now, and remembers it on this device where the browser allows that. */
export function chooseTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
  useTheme.setState({ theme });
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Storage can be forbidden. The choice then lasts as long as the page.
  }
}
