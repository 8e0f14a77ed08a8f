import type { WiresMessage } from '#server/api/views.ts';

type Listener = (message: WiresMessage) => void;

const listeners = new Set<Listener>();

/** Hands what the socket says of wires to the canvas, which is loaded only when it is opened. */
export function tellWires(message: WiresMessage): void {
  for (const listener of listeners) listener(message);
}

/** Listens to what goes through wires. Returns the way to stop. */
export function onWires(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
