/**
 * The short way in. Nearly all that a channel sends is of one kind: a POST of a body of known length, not packed, for a
 * connection that was heard of a moment ago. That goes straight to where it is kept; what is odd in any way, and all
 * that is not found, takes the long way through Express.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NOT_NOW, sendAnswer } from './answer.ts';
import type { Taker } from './take-webhook.ts';
import type { IngressOptions } from './webhooks.ts';

/** @returns false: not for this door; nothing was done. */
export type Door = (request: IncomingMessage, response: ServerResponse) => boolean;

const ADDRESS = /^\/hooks\/([a-z0-9-]{1,64})\/([A-Za-z0-9_-]{1,128})$/;

/** @param bytesMax larger bodies take the long way, which refuses them. */
export function frontDoor(
  { log, begins }: Pick<IngressOptions, 'log' | 'begins'>,
  taker: Taker,
  bytesMax: number,
): Door {
  return (request, response) => {
    const { method, url = '', headers } = request;
    const [, type, id] = (method === 'POST' && ADDRESS.exec(url)) || [];
    if (type === undefined || id === undefined || !taker.known(type, id)) return false;
    const length = Number(headers['content-length']);
    if (!(length <= bytesMax) || headers['content-encoding'] !== undefined) return false;
    begins?.(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Not told when the sender goes away in the middle: then there is nobody to answer, and nothing to keep.
    request.once('end', () => {
      const [first] = chunks;
      const body = chunks.length === 1 && first ? first : Buffer.concat(chunks);
      taker.take(type, id, headers, body).then(
        (answer) => sendAnswer(response, answer),
        (error: unknown) => {
          log.error(
            { path: url, err: error },
            'a webhook could not be kept; the sender was asked to try again',
          );
          sendAnswer(response, NOT_NOW);
        },
      );
    });
    return true;
  };
}
