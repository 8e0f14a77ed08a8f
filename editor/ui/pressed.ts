/** Whether a key press is this combination. `Mod` is Ctrl, or the command key of Apple's keyboards. */
export function isPressed(
  keys: string,
  event: {
    readonly key: string;
    readonly code: string;
    readonly ctrlKey: boolean;
    readonly metaKey: boolean;
    readonly shiftKey: boolean;
    readonly altKey: boolean;
  },
): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  if (wants('Mod') !== (event.ctrlKey || event.metaKey)) return false;
  if (wants('Alt') !== event.altKey) return false;
  // Signs like ? and / need Shift on some keyboards and not on others: for them it does not count.
  if (key.length > 1 || /[a-z0-9]/i.test(key)) {
    if (wants('Shift') !== event.shiftKey) return false;
  }
  return (
    event.key.toLowerCase() === key.toLowerCase() ||
    (key.length === 1 && event.code === `Key${key.toUpperCase()}`)
  );
}
