/** A network line to a server on loopback that can fall silent, as when a train enters a tunnel: nobody is told, nothing arrives. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Line {
  /** The server's address at this end of the line. */
  readonly url: string;
  /** From now on nothing passes, in either direction, and no connection ends. */
  fallSilent(): void;
  /** What was open is lost by then; what is opened from now on passes. */
  comeBack(): void;
  close(): Promise<void>;
}

/** @param server `http://127.0.0.1:<port>` */
export async function openLine(server: string): Promise<Line> {
  const { hostname, port } = new URL(server);
  const open = new Set<Socket>();
  let silent = false;
  const relay = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => {
        if (!silent) to.write(bytes);
      });
      from.on('close', () => {
        open.delete(from);
        if (!silent) to.destroy();
      });
      from.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const cutAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    fallSilent: () => {
      silent = true;
    },
    comeBack: () => {
      cutAll();
      silent = false;
    },
    close: () =>
      new Promise((resolve) => {
        relay.close(() => resolve());
        cutAll();
      }),
  };
}
