/**
 * Stands between a process and its database, and sees every write that the database has acknowledged before the process
 * does: the moment at which a process can die knowing less than what is true.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { serialize } from 'bson';

/** Commands that change something (MongoDB's wire protocol, OP_MSG). */
const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify', 'bulkWrite', 'commitTransaction']);
const HEADER_BYTES = 16;
const OP_MSG = 2013;

/**
 * Told of each write that was acknowledged, as `update orders`.
 * @returns false: the process is not to learn of it any more; its connection is cut.
 */
export type OnWritten = (write: string) => boolean;

/** Asked before a write is carried on. @returns what is answered in its place; null: it is carried on. */
export type InstantAnswer = (write: string) => object | null;

export class WireProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: string, onWritten: OnWritten, answer: InstantAnswer) {
    this.#server = createServer((client) => this.#join(client, connect(target), onWritten, answer));
  }

  /** @param uri of a database that listens on a socket file. */
  static async open(
    uri: string,
    onWritten: OnWritten,
    answer: InstantAnswer = () => null,
  ): Promise<WireProxy> {
    const path = decodeURIComponent(/^mongodb:\/\/([^/?]+)/.exec(uri)?.[1] ?? '');
    const proxy = new WireProxy(path, onWritten, answer);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get uri(): string {
    return `mongodb://127.0.0.1:${(this.#server.address() as AddressInfo).port}/?directConnection=true`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, database: Socket, onWritten: OnWritten, answer: InstantAnswer): void {
    const writes = new Map<number, string>();
    let cut = false;
    const end = () => {
      client.destroy();
      database.destroy();
      this.#sockets.delete(client);
    };
    this.#sockets.add(client);
    for (const socket of [client, database]) {
      socket.setNoDelay?.(true);
      socket.on('error', end).on('close', end);
    }
    client.on(
      'data',
      framed((message) => {
        const write = writeIn(message);
        const instant = write ? answer(write) : null;
        if (instant) {
          client.write(replyTo(message, instant));
          return;
        }
        if (write) writes.set(message.readInt32LE(4), write);
        database.write(message);
      }),
    );
    database.on(
      'data',
      framed((message) => {
        const write = writes.get(message.readInt32LE(8));
        writes.delete(message.readInt32LE(8));
        if (write && !onWritten(write)) {
          cut = true;
          end();
        }
        if (!cut) client.write(message);
      }),
    );
  }
}

function replyTo(message: Buffer, answer: object): Buffer {
  const document = Buffer.from(serialize(answer));
  const head = Buffer.alloc(HEADER_BYTES + 5);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}

/** Cuts a stream into whole messages. */
function framed(take: (message: Buffer) => void): (bytes: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    while (pending.length >= HEADER_BYTES && pending.length >= pending.readInt32LE(0)) {
      const length = pending.readInt32LE(0);
      take(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  };
}

/** The command and its collection, where it is a write: the first field of the first document. */
function writeIn(message: Buffer): string | null {
  if (message.readInt32LE(12) !== OP_MSG) return null;
  // Flags, the kind of the section, the length of its document, the type of its first field.
  const nameAt = HEADER_BYTES + 4 + 1 + 4 + 1;
  const nameEnd = message.indexOf(0, nameAt);
  const command = message.toString('latin1', nameAt, nameEnd);
  if (!WRITES.has(command)) return null;
  const valueAt = nameEnd + 1;
  const bytes = message.readInt32LE(valueAt);
  const isText = message[nameAt - 1] === 2;
  return isText ? `${command} ${message.toString('utf8', valueAt + 4, valueAt + 4 + bytes - 1)}` : command;
}
