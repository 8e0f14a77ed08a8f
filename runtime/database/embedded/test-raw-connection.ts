/** For tests: a connection that sends any bytes, and waits for one answer. */
import { connect, type Socket } from 'node:net';
import { deserialize } from 'bson';
import type { Document } from 'mongodb';
import { Framing } from './wire/framing.ts';

/** Before the document of an answer: the header, then flags and the kind of its section, or the fields of OP_REPLY. */
const MSG_DOCUMENT_AT = 21;
const REPLY_DOCUMENT_AT = 36;
const OP_REPLY = 1;

export class RawConnection {
  private readonly socket: Socket;
  private readonly framing = new Framing();
  private settle: ((answer: Document | 'closed') => void) | undefined;
  isClosed = false;

  /** To the server of a connection string. */
  constructor(uri: string) {
    this.socket = connect(decodeURIComponent(new URL(uri).host));
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.isClosed = true;
      this.settle?.('closed');
    });
    this.socket.on('data', (chunk: Buffer) => {
      for (const message of this.framing.push(chunk)) {
        const isReply = message.readInt32LE(12) === OP_REPLY;
        this.settle?.(
          deserialize(message.subarray(isReply ? REPLY_DOCUMENT_AT : MSG_DOCUMENT_AT), { bsonRegExp: true }),
        );
      }
    });
  }

  /** The answer, `closed` when the server ended the connection, `silent` when nothing came in time. */
  ask(bytes: Buffer, msMax: number): Promise<Document | 'closed' | 'silent'> {
    return new Promise((done) => {
      const patience = setTimeout(() => done('silent'), msMax);
      this.settle = (answer) => {
        clearTimeout(patience);
        done(answer);
      };
      if (this.isClosed) this.settle('closed');
      else this.socket.write(bytes);
    });
  }

  /** Sends bytes that are not a message, and goes. */
  leave(bytes: Buffer): void {
    this.settle = undefined;
    this.socket.end(bytes, () => this.socket.destroy());
  }
}
