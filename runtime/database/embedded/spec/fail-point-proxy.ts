/** Stands between the driver and the server, hands every message on, and makes commands fail as told. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { decode } from '../bson/decode.ts';
import type { Doc, Value } from '../bson/values.ts';
import { Framing } from '../wire/framing.ts';
import { type Envelope, encodeReply, envelopeOf, requestOf } from '../wire/message.ts';
import { appNameOf, type Effect, FailPoints } from './fail-points.ts';

/** Flags and the kind of the one section come before an answer's document. */
const ANSWER_AT = 21;
const ANSWERED_ID_AT = 8;

export class FailPointProxy {
  readonly failPoints = new FailPoints();
  private readonly target: string;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  /** To the server that listens on the socket `target`. */
  constructor(target: string) {
    this.target = target;
    this.server = createServer((socket) => this.accept(socket));
  }

  async listen(path: string): Promise<void> {
    this.server.listen(path);
    await once(this.server, 'listening');
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private accept(client: Socket): void {
    const server = connect(this.target);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    new Link(client, server, this.failPoints);
  }
}

/** One connection of a client, with its own to the server. */
class Link {
  private readonly client: Socket;
  private readonly server: Socket;
  private readonly failPoints: FailPoints;
  /** What is to happen to the answers of requests that were handed on. */
  private readonly awaited = new Map<number, Effect>();
  private appName: Value = undefined;

  constructor(client: Socket, server: Socket, failPoints: FailPoints) {
    this.client = client;
    this.server = server;
    this.failPoints = failPoints;
    const requests = new Framing();
    const answers = new Framing();
    client.on('data', (chunk: Buffer) => {
      for (const message of requests.push(chunk)) this.request(message);
    });
    server.on('data', (chunk: Buffer) => {
      for (const message of answers.push(chunk)) this.answer(message);
    });
  }

  private request(message: Buffer): void {
    const envelope = envelopeOf(message);
    const request = requestOf(message, envelope);
    this.appName ??= appNameOf(request);
    const effect = this.failPoints.effectOn(request, this.appName);
    if (!effect) this.server.write(message);
    else if (effect.delayMs > 0) setTimeout(() => this.apply(effect, message, envelope), effect.delayMs);
    else this.apply(effect, message, envelope);
  }

  private apply(effect: Effect, message: Buffer, envelope: Envelope): void {
    if (effect.closes === 'before') this.client.destroy();
    else if (effect.error) this.reply(effect.error, envelope);
    else {
      this.awaited.set(envelope.requestId, effect);
      this.server.write(message);
    }
  }

  private reply(doc: Doc, envelope: Envelope): void {
    if (!envelope.isUnanswered && !this.client.destroyed) this.client.write(encodeReply(doc, envelope));
  }

  private answer(message: Buffer): void {
    const requestId = message.readInt32LE(ANSWERED_ID_AT);
    const effect = this.awaited.get(requestId);
    this.awaited.delete(requestId);
    if (effect?.closes === 'after') this.client.destroy();
    else if (effect?.addition) {
      const answer = { ...decode(message, ANSWER_AT), ...effect.addition };
      this.reply(answer, { requestId, isQuery: false, isUnanswered: false });
    } else this.client.write(message);
  }
}
