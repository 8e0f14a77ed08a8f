import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let now = Date.now();

// One clock for the whole page, for as long as the page lives: hundreds of times tick on it.
setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 1000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What `read` makes of the present moment, asked once a second; renders only when that differs. */
export function useNow<Value extends string | number | boolean>(read: (now: number) => Value): Value {
  return useSyncExternalStore(subscribe, () => read(now));
}
