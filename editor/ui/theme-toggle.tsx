import { useId } from 'react';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { chooseTheme, themes, useTheme } from './theme.ts';

/** System, light or dark, as three radio buttons side by side. */
export function ThemeToggle() {
  const chosen = useTheme((state) => state.theme);
  const name = useId();
  return (
    <fieldset className="flex rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">{texts.theme.legend}</legend>
      {themes.map((theme) => (
        <label
          key={theme}
          className="flex h-8 grow cursor-pointer items-center justify-center gap-1.5 rounded-md px-2 text-xs text-quiet has-checked:bg-surface has-checked:text-ink has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            value={theme}
            checked={theme === chosen}
            onChange={() => chooseTheme(theme)}
            className="sr-only"
          />
          <Icon name={theme} size={16} />
          {texts.theme[theme]}
        </label>
      ))}
    </fieldset>
  );
}
