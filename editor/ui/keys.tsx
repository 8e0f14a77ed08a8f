const isApple = /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? '');

const signs: Readonly<Record<string, string>> = {
  Mod: isApple ? '⌘' : 'Ctrl',
  Shift: isApple ? '⇧' : 'Shift',
  Alt: isApple ? '⌥' : 'Alt',
  Delete: 'Del',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
};

/** `Mod+Shift+Z` as keys. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex shrink-0 gap-1">
      {keys.split('+').map((key) => (
        <kbd
          key={key}
          className="inline-grid h-5 min-w-5 place-items-center rounded border border-line bg-paper px-1 font-sans text-2xs text-quiet"
        >
          {signs[key] ?? key}
        </kbd>
      ))}
    </span>
  );
}
