/** A stretch of network on loopback that can be told to go wrong: it carries HTTP to one address, or does not. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trouble } from './plan.ts';

export interface CarriedCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface CarriedAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const CUT_MS = 4_000;
/** Trouble passes, also when nobody calls. */
const TROUBLES_MAX = 3;

export class Carrier {
  readonly #server: Server;
  #troubles: Trouble[] = [];
  #to = '';
  /** How often each trouble was met. */
  readonly met: Record<string, number> = {};

  private constructor(
    answer: (call: CarriedCall, carry: () => Promise<CarriedAnswer>) => Promise<CarriedAnswer>,
  ) {
    this.#server = createServer((incoming, response) => void this.#carry(incoming, response, answer));
    this.#server.keepAliveTimeout = 60_000;
  }

  /** @param answer what is answered; by default what the other end answers. */
  static async open(
    answer: (call: CarriedCall, carry: () => Promise<CarriedAnswer>) => Promise<CarriedAnswer> = (
      _call,
      carry,
    ) => carry(),
  ): Promise<Carrier> {
    const carrier = new Carrier(answer);
    await new Promise<void>((resolve) => carrier.#server.listen(0, '127.0.0.1', resolve));
    return carrier;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  to(address: string): void {
    this.#to = address;
  }

  /** The next calls meet this trouble. */
  trouble(trouble: Trouble, calls: number): void {
    this.#troubles = [...this.#troubles, ...Array<Trouble>(calls).fill(trouble)].slice(-TROUBLES_MAX);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #carry(
    incoming: IncomingMessage,
    response: ServerResponse,
    answer: (call: CarriedCall, carry: () => Promise<CarriedAnswer>) => Promise<CarriedAnswer>,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = 'GET', url = '/', headers } = incoming;
    const call = { method, path: url, headers, body };
    const carry = () => forward(this.#to, method, url, headers, body);
    const trouble = this.#troubles.shift();
    if (trouble) this.met[trouble] = (this.met[trouble] ?? 0) + 1;
    try {
      switch (trouble) {
        case '429':
          response.writeHead(429, { 'retry-after': '1', 'content-type': 'text/plain' }).end('too many');
          return;
        case '500':
          response.writeHead(500, { 'content-type': 'text/plain' }).end('broken');
          return;
        case 'cut':
          setTimeout(() => incoming.socket.destroy(), CUT_MS);
          return;
        case 'lost':
          await answer(call, carry);
          incoming.socket.destroy();
          return;
        case 'twice': {
          // Whoever called gets the answer to the first.
          const first = await answer(call, carry);
          await answer(call, carry).catch(() => {});
          send(response, first);
          return;
        }
      }
      send(response, await answer(call, carry));
    } catch {
      // The other end is down.
      incoming.socket.destroy();
    }
  }
}

function send(response: ServerResponse, { status, headers, body }: CarriedAnswer): void {
  const { connection: _hop, 'transfer-encoding': _coding, ...kept } = headers;
  response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
}

/** Carries one call. @throws when the other end gives no answer. */
export function forward(
  to: string,
  method: string,
  path: string,
  headers: IncomingMessage['headers'],
  body: Buffer,
): Promise<CarriedAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to);
    const call = request(
      { hostname, port, method, path, headers: { ...headers, 'content-length': body.length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    call.on('error', reject).end(body);
  });
}
