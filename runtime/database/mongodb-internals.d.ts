/** The parts of the MongoDB driver 7.8.0 that `closed-sockets.ts` touches, as read in its source. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net';

  /** One connection of the pool, or that of the watch over the server. */
  export class Connection {
    readonly socket: Socket;
    /** Ends when the command is written. Throws, after that, nothing of a connection that is gone: its caller looks. */
    writeCommand(command: unknown, options: unknown): Promise<void>;
  }
}
