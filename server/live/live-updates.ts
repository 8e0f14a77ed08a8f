/** Live updates over socket.io: each page hears only of its own client, and only hints; what it shows it asks for. */
import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { ChangedMessage, WiresMessage } from '../api/views.ts';
import type { Sessions } from '../auth/sessions.ts';

interface ToPage {
  changed: (message: ChangedMessage) => void;
  wires: (message: WiresMessage) => void;
}

export interface LiveUpdates {
  changed(clientId: string, message: ChangedMessage): void;
  wires(clientId: string, message: WiresMessage): void;
  close(): Promise<void>;
}

const MESSAGE_BYTES_MAX = 10_000;

export function openLiveUpdates(server: HttpServer, sessions: Sessions): LiveUpdates {
  const io = new Server<Record<string, never>, ToPage>(server, {
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
  });
  io.use((socket, next) => {
    sessions.ofCookies(socket.handshake.headers.cookie).then(
      (session) => {
        if (!session) {
          next(new Error('sign in first'));
          return;
        }
        void socket.join(session.clientId);
        next();
      },
      () => next(new Error('not available now')),
    );
  });
  return {
    changed: (clientId, message) => io.to(clientId).emit('changed', message),
    wires: (clientId, message) => io.to(clientId).volatile.emit('wires', message),
    close: () => io.close(),
  };
}
