import type { ConnectionView } from '#server/api/views.ts';
import { useConnections } from './queries.ts';

const unknown: readonly ConnectionView[] = [];

/** The connections that sell: services take messages, and have neither orders nor stock. None while they are loaded. */
export function useShops(): readonly ConnectionView[] {
  return useConnections().data?.filter(({ kind }) => kind === 'channel') ?? unknown;
}
