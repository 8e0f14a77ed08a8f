/** HTTPS that ends before a shop: a proxy of the kind that most hosts have, which speaks plain HTTP to the shop behind it. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Of the connection from hop to hop, and not of the message. */
const HOP_HEADERS = /^(host|connection|content-length|transfer-encoding)$/;

export interface HttpsFront {
  /** `https://127.0.0.1:…` */
  readonly address: string;
  close(): void;
}

/** @param shop the address behind it, without a slash at the end. */
export async function openHttpsFront(
  shop: string,
  certificate: { readonly key: string; readonly cert: string },
): Promise<HttpsFront> {
  const server = createServer(certificate, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = { ...(request.headers as Record<string, string>), 'x-forwarded-proto': 'https' };
    const answer = await fetch(`${shop}${request.url}`, {
      method: request.method ?? 'GET',
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.test(name))),
      body: chunks.length > 0 ? Buffer.concat(chunks) : null,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
