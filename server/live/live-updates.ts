/** Live updates over socket.io: each page hears only of its own client, and only hints; what it shows it asks for. */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import { z } from 'zod';
import type { Database } from '#runtime/database/open-database.ts';
import { ClientId } from '#runtime/ids.ts';
import type { ChangedMessage, PresentMessage, WiresMessage } from '../api/views.ts';
import type { Auth } from '../auth/auth.ts';
import { mayHear } from './may-hear.ts';
import { followPresence, type PresenceData } from './presence.ts';

interface ToPage {
  changed: (message: ChangedMessage) => void;
  wires: (message: WiresMessage) => void;
  present: (message: PresentMessage) => void;
}
interface FromPage {
  at: (place: unknown) => void;
}

export interface LiveUpdates {
  changed(clientId: string, message: ChangedMessage): void;
  wires(clientId: string, message: WiresMessage): void;
  close(): Promise<void>;
}

/**
 * A line that fell silent is noticed by both ends after the sum of the two at the latest. Socket.io's own 25 and 20 s would
 * leave a page for 45 s with numbers that look live and are not.
 */
const HEARTBEAT = { pingInterval: 6_000, pingTimeout: 4_000 };
const MESSAGE_BYTES_MAX = 10_000;
/** Whoever was signed out, or lost a role, hears nothing more after this time at most. */
const RECHECK_MS = 15_000;

/** What the page says when it connects: which client it shows. */
const Handshake = z.object({ client: ClientId.optional() });

export function openLiveUpdates(server: HttpServer, auth: Auth, database: Database): LiveUpdates {
  const io = new Server<FromPage, ToPage, Record<string, never>, { check?: NodeJS.Timeout } & PresenceData>(
    server,
    {
      serveClient: false,
      ...HEARTBEAT,
      maxHttpBufferSize: MESSAGE_BYTES_MAX,
      allowRequest: (request, decide) => decide(null, isOurPage(request)),
    },
  );
  io.use((socket, next) => {
    const handshake = Handshake.safeParse(socket.handshake.auth);
    const { headers } = socket.handshake;
    const hear = async () =>
      handshake.success ? await mayHear({ auth, database }, headers, handshake.data.client) : null;
    hear().then(
      (heard) => {
        if (!heard) {
          next(new Error('sign in first'));
          return;
        }
        void socket.join([roomOf(heard.clientId), sessionRoomOf(heard.sessionId)]);
        socket.data.check = setInterval(() => {
          auth.sessions.principal(heard.sessionId).then(
            (principal) => {
              if (!principal || !heard.stillMay(principal)) socket.disconnect(true);
            },
            // The database is away: what is heard meanwhile are hints alone, and what they hint at is asked for.
            () => {},
          );
        }, RECHECK_MS);
        socket.on('disconnect', () => clearInterval(socket.data.check));
        if (heard.seesFlows) {
          void socket.join(flowsRoomOf(heard.clientId));
          followPresence(io, socket, heard.clientId, heard.name);
        }
        next();
      },
      () => next(new Error('not available now')),
    );
  });
  auth.sessions.onEnd = (sessionId) => io.in(sessionRoomOf(sessionId)).disconnectSockets(true);
  return {
    changed: (clientId, message) => io.to(roomOf(clientId)).emit('changed', message),
    wires: (clientId, message) => io.to(flowsRoomOf(clientId)).volatile.emit('wires', message),
    close: () => io.close(),
  };
}

const roomOf = (clientId: string) => `client:${clientId}`;
/** Those of a client's people who may look at flows. */
const flowsRoomOf = (clientId: string) => `flows-of:${clientId}`;
const sessionRoomOf = (sessionId: string) => `session:${sessionId}`;

/** Browsers say which page opens a socket; no foreign one may, whatever cookies come with it. */
function isOurPage({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
