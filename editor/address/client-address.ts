/**
 * Which client the page is about, where somebody has several: it stands in the address, before everything else. So a link
 * shows what one sees, and two tabs may show two clients.
 */

const prefix = /^\/clients\/([A-Za-z0-9_-]{1,64})(?=\/|$)/;

/** The client that an address names; null for an address without one. */
export const clientIn = (path: string): string | null => prefix.exec(path)?.[1] ?? null;

/** What stands before every address of the page. */
export const baseOf = (client: string | null): string => (client === null ? '/' : `/clients/${client}`);

/** To change the client is to load the page anew: nothing of the one before may stay in sight. */
export const clientHere: string | null = typeof location === 'undefined' ? null : clientIn(location.pathname);
