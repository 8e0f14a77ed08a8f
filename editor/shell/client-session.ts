import type { SessionView } from '#server/api/views.ts';

/** Who is signed in, with the client that the page is about. */
export type ClientSession = SessionView & { readonly client: NonNullable<SessionView['client']> };

const lastKey = 'syncflow-client';

/** The client that was looked at last on this device. */
export const lastClient = {
  read: (): string | null => localStorage.getItem(lastKey),
  write: (id: string): void => localStorage.setItem(lastKey, id),
};
