import { create } from 'zustand';
import { Icon } from './icon.tsx';
import { toneIcon, toneText } from './status-mark.tsx';

const shownMs = 6000;
const shownMax = 3;

interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'bad';
  readonly text: string;
}

const useToasts = create<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }));
let lastId = 0;

/** Says for a few seconds what came of an action. It is read out, and never the only place that says so. */
export function say(tone: Toast['tone'], text: string): void {
  lastId += 1;
  const toast = { id: lastId, tone, text };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, toast].slice(-shownMax) }));
  setTimeout(
    () => useToasts.setState(({ toasts }) => ({ toasts: toasts.filter(({ id }) => id !== toast.id) })),
    shownMs,
  );
}

/** The live region that holds them: stands in the page from the start, or a screen reader would miss the first. */
export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-20 z-50 flex flex-col items-center gap-2 sm:bottom-6"
    >
      {toasts.map(({ id, tone, text }) => (
        <p
          key={id}
          className="flex max-w-md animate-rise items-start gap-2 rounded-xl border border-line bg-surface px-4 py-3 text-sm shadow-float"
        >
          <Icon name={toneIcon[tone]} className={`mt-px ${toneText[tone]}`} />
          {text}
        </p>
      ))}
    </div>
  );
}
