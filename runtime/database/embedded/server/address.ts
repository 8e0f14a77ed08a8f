/** Where the server listens: a Unix socket that only this user can open, or on Windows a loopback port. */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOCKET_NAME = 'mongodb.sock';
/** The system allows a little over 100 bytes for a socket's path. */
const PATH_BYTES_MAX = 100;

/** Starts to listen; returns the connection string. The data folder must be locked by us already. */
export async function listen(server: Server, dir: string): Promise<string> {
  if (process.platform === 'win32') {
    await listening(server, { host: '127.0.0.1', port: 0 });
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    return `mongodb://127.0.0.1:${port}/?directConnection=true`;
  }
  const path = socketPath(resolve(dir));
  // We hold the lock of the folder, so whoever made this socket is gone.
  rmSync(path, { force: true });
  await listening(server, { path });
  chmodSync(path, 0o600);
  // The driver lower-cases the hosts of a replica set, which no path survives; a direct connection keeps it.
  return `mongodb://${encodeURIComponent(path)}/?directConnection=true`;
}

/**
 * The connection string of a server that has the folder open, if one answers; null: none does, or (on Windows, where the
 * port is known to its process alone) nobody can tell.
 */
export async function addressOf(dir: string): Promise<string | null> {
  if (process.platform === 'win32') return null;
  const path = socketPath(resolve(dir));
  const socket = connect({ path });
  const answers = await new Promise<boolean>((done) => {
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
  socket.destroy();
  return answers ? `mongodb://${encodeURIComponent(path)}/?directConnection=true` : null;
}

function socketPath(dir: string): string {
  const path = join(dir, SOCKET_NAME);
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return path;
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16);
  const base =
    [tmpdir(), '/tmp'].find((one) => Buffer.byteLength(join(one, name, SOCKET_NAME)) <= PATH_BYTES_MAX) ??
    '/tmp';
  return join(privateFolder(join(base, `embedded-${name}`)), SOCKET_NAME);
}

/** Others may write to the folder for temporary files too: ours must be ours alone. */
function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(path);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) {
    throw new Error(
      `The folder ${path} is needed for the database's socket but belongs to someone else. Remove it, or use a data folder with a shorter path.`,
    );
  }
  return path;
}

function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(where, () => {
      server.off('error', failed);
      done();
    });
  });
}
