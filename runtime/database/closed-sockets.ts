/**
 * Mends the MongoDB driver (7.8.0, and 7.9.0 has the same): what it writes to a socket that was closed a moment ago, of which
 * it hears only in the next turn of the event loop, it takes for written in part, and waits for the rest to drain. Nothing
 * drains out of a closed socket, so the operation never ends; where it is the driver's own watch over the server, the whole
 * client never finds the server again. A process that is busy while its database dies comes across it.
 *
 * When such a socket has said that it is closed, those who wait for it to drain are let go on: the driver then finds by itself
 * that the connection is gone. Imported for what it does by `open-database.ts`.
 */
import type { Socket } from 'node:net';
import { Connection } from 'mongodb/lib/cmap/connection.js';

const known = new WeakSet<Socket>();
const { writeCommand } = Connection.prototype;

Connection.prototype.writeCommand = function (...command) {
  const { socket } = this;
  if (!known.has(socket)) {
    known.add(socket);
    // The connection listens since it was made, so by then it knows.
    socket.once('close', () => socket.emit('drain'));
  }
  return writeCommand.apply(this, command);
};
