import type { InfiniteData, Query } from '@tanstack/react-query';
import { io } from 'socket.io-client';
import type { ChangedMessage, WiresMessage } from '#server/api/views.ts';
import { clientHere } from '../address/client-address.ts';
import { createBatch } from './batch.ts';
import { client } from './client.ts';
import { useLink } from './link.ts';
import { linkPresence, tellPresent } from './presence.ts';
import { renewSession } from './request.ts';
import type { Topic } from './topics.ts';
import { tellWires } from './wires.ts';

const gapMs = 500;
const pollMs = 10_000;
/** A list with more pages than this is not pulled from under its reader: it says that there is something newer. */
export const livePagesMax = 2;

/** Long lists stay as they are, and a page that is just being added to a list must not be called off. */
function mayPull({ state }: Query): boolean {
  const pages = (state.data as Partial<InfiniteData<unknown>> | undefined)?.pages;
  return state.fetchMeta?.fetchMore === undefined && (pages?.length ?? 0) <= livePagesMax;
}

/** Asks again for what the page shows of these topics; what it does not show is asked for when it is opened. */
async function refresh(topics: ReadonlySet<Topic> | 'all'): Promise<void> {
  const isMeant = ({ queryKey }: Query) => topics === 'all' || topics.has(queryKey[0] as Topic);
  await client.invalidateQueries({ predicate: isMeant, refetchType: 'none' });
  // Nobody looks: it is asked when somebody does.
  if (document.hidden) return;
  await client.refetchQueries({ type: 'active', predicate: (query) => isMeant(query) && mayPull(query) });
}

/**
 * Keeps the page's data as fresh as the server says, over a socket; while that is down, by asking every ten
 * seconds. After each gap (a new connection, a page that was hidden) everything is asked again. Returns the
 * way to stop.
 */
export function startLive(): () => void {
  const batch = createBatch<Topic>(refresh, gapMs);
  const socket = io({
    path: '/socket.io',
    reconnectionDelayMax: 5000,
    auth: clientHere === null ? {} : { client: clientHere },
  });

  socket.on('connect', () => {
    useLink.setState({ live: true });
    linkPresence((place) => socket.emit('at', place));
    void refresh('all');
  });
  socket.on('disconnect', () => useLink.setState({ live: false }));
  // The access token may have ended meanwhile: the next try comes with a new one.
  socket.on('connect_error', () => void renewSession().catch(() => false));
  socket.on('changed', ({ topics }: ChangedMessage) => batch.add(topics));
  socket.on('wires', (message: WiresMessage) => tellWires(message));
  socket.on('present', tellPresent);

  const poll = setInterval(() => {
    // The server ends a connection for good when its session ends: then nobody but we can try again.
    if (!socket.active) socket.connect();
    if (!socket.connected) void refresh('all');
  }, pollMs);

  function onVisibility(): void {
    if (!document.hidden) void refresh('all');
  }
  document.addEventListener('visibilitychange', onVisibility);

  return () => {
    clearInterval(poll);
    document.removeEventListener('visibilitychange', onVisibility);
    batch.stop();
    socket.disconnect();
    useLink.setState({ live: false });
  };
}
