/** A receiver of webhooks on loopback that checks their signatures: the sandbox of this service. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSigned, type SignedHeaders } from './standard-signature.ts';

interface Received {
  /** `webhook-id`: the same at every try of one message. */
  readonly id: string;
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: unknown };
}

export interface WebhookReceiver {
  readonly url: string;
  /** Everything that arrived with a good signature, repetitions included. */
  readonly received: readonly Received[];
  /** Deliveries whose signature was wrong: answered with 401. */
  readonly refused: number;
  /** How the next deliveries are answered: a status with headers, or by closing the connection after reading. */
  misbehave(next: readonly (ReceiverAnswer | 'no answer')[]): void;
  close(): Promise<void>;
}

interface ReceiverAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param secret the one that the sender signs with. */
export async function openWebhookReceiver(secret: string, port = 0): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const answers: (ReceiverAnswer | 'no answer')[] = [];
  let refused = 0;
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    if (!isSigned(secret, signedOf(request), body)) {
      refused += 1;
      response.writeHead(401).end();
      return;
    }
    const answer = answers.shift() ?? { status: 204 };
    const taken = answer === 'no answer' || answer.status < 300;
    if (taken)
      received.push({
        id: String(request.headers['webhook-id']),
        body: JSON.parse(body) as Received['body'],
      });
    if (answer === 'no answer') request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    get refused() {
      return refused;
    },
    misbehave: (next) => void answers.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function signedOf({ headers }: IncomingMessage): SignedHeaders {
  const text = (name: keyof SignedHeaders) => String(headers[name] ?? '');
  return {
    'webhook-id': text('webhook-id'),
    'webhook-timestamp': text('webhook-timestamp'),
    'webhook-signature': text('webhook-signature'),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
