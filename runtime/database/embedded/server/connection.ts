/** One client connection: bytes in, requests to the turns, answers out. */
import type { Socket } from 'node:net';
import { Framing, ProtocolError } from '../wire/framing.ts';
import { type Envelope, encodeReply, envelopeOf, requestOf } from '../wire/message.ts';
import { dispatch, type Job, type Services } from './dispatch.ts';
import type { Log } from './log.ts';
import type { Turns } from './turns.ts';

/** Answers that a client has not taken yet; beyond this its requests wait. */
const UNSENT_BYTES_MAX = 64 * 1024 * 1024;

export class Connection {
  private readonly socket: Socket;
  private readonly id: number;
  private readonly services: Services;
  private readonly turns: Turns;
  private readonly log: Log;
  private readonly framing = new Framing();

  constructor(socket: Socket, id: number, services: Services, turns: Turns, log: Log) {
    this.socket = socket;
    this.id = id;
    this.services = services;
    this.turns = turns;
    this.log = log;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('drain', () => socket.resume());
    // A connection that breaks is the client's affair: it opens another one.
    socket.on('error', () => socket.destroy());
  }

  private receive(chunk: Buffer): void {
    try {
      for (const message of this.framing.push(chunk)) this.handle(message);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.log({
        level: 'warn',
        message: `A connection was closed: its client does not speak MongoDB's protocol (${error.message}).`,
      });
      this.socket.destroy();
    }
  }

  private handle(message: Buffer): void {
    const envelope = envelopeOf(message);
    const encode = (reply: Parameters<typeof encodeReply>[0]): Buffer => encodeReply(reply, envelope);
    this.turns.submit({
      job: this.jobOf(message, envelope),
      encode,
      send: (bytes) => this.send(bytes, envelope),
    });
  }

  /** A request that is refused at once is still answered in its turn, like any other. */
  private jobOf(message: Buffer, envelope: Envelope): Job {
    try {
      return dispatch(requestOf(message, envelope), this.services, this.id);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      return {
        kind: 'local',
        deadlineMs: Infinity,
        run: () => {
          throw error;
        },
      };
    }
  }

  private send(bytes: Buffer, { isUnanswered }: Envelope): void {
    if (isUnanswered || this.socket.destroyed) return;
    this.socket.write(bytes);
    if (this.socket.writableLength > UNSENT_BYTES_MAX) this.socket.pause();
  }
}
