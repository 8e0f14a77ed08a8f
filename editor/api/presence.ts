import type { PresentMessage } from '#server/api/views.ts';

/** Where this page is; null: at no flow. */
type Place = { readonly pipelineId: string; readonly node: string | null } | null;

let place: Place = null;
let say: (place: Place) => void = () => {};
let listener: (message: PresentMessage) => void = () => {};

/** Tells the others who look at the same flow. */
export function comeTo(next: Place): void {
  place = next;
  say(place);
}

/** There is a (new) way to the server: it hears where this page is. */
export function linkPresence(next: typeof say): void {
  say = next;
  if (place) say(place);
}

/** Who else is there. One listens at most: the flow that is open. */
export function onPresent(next: typeof listener): void {
  listener = next;
}

export const tellPresent = (message: PresentMessage): void => listener(message);
