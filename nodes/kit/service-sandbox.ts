/**
 * The ground of a service's sandbox: a real HTTP server on loopback that remembers what it was asked, and misbehaves when it
 * is told to. What it answers is the service's own matter.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SandboxRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SandboxAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | object;
}

/**
 * How a next request goes wrong: an answer instead of the service's own; `no answer`: it is done, and the connection closed;
 * `late`: it is done, and never answered.
 */
export type Misbehaviour = SandboxAnswer | 'no answer' | 'late';

export interface ServiceSandbox {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  /** Everything that was asked, refused requests included. */
  readonly requests: readonly SandboxRequest[];
  /** How the next requests go wrong, one each. */
  misbehave(next: readonly Misbehaviour[]): void;
  close(): Promise<void>;
}

/** @param answer the service: does what is asked and answers. */
export async function openServiceSandbox(
  answer: (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>,
  port = 0,
): Promise<ServiceSandbox> {
  const requests: SandboxRequest[] = [];
  const faults: Misbehaviour[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://sandbox');
    const request: SandboxRequest = {
      method: incoming.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks),
    };
    requests.push(request);
    const fault = faults.shift();
    const own = fault === undefined || typeof fault === 'string' ? await answer(request) : fault;
    if (fault === 'late') return;
    if (fault === 'no answer') {
      incoming.socket.destroy();
      return;
    }
    const { status, headers = {}, body = '' } = own;
    const isJson = typeof body !== 'string';
    response.writeHead(status, { ...(isJson && { 'content-type': 'application/json' }), ...headers });
    response.end(isJson ? JSON.stringify(body) : body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    misbehave: (next) => void faults.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
