/** What the answer to a webhook means. */
import { Rejected, Retryable } from '#runtime/errors.ts';
import { retryAfterMs } from '#runtime/limits/rate-headers.ts';

/** The error to throw for an answer; null when it was taken (2xx). */
export function troubleOf(status: number, headers: Headers, host: string): Error | null {
  if (status >= 200 && status < 300) return null;
  if (status === 410) {
    return new Rejected(`${host} says that it wants no more webhooks (410).`, {
      code: 'far-side.wants-no-more',
      fix: 'Ask its owner for the address that is valid now and change it under Settings, Webhooks; or remove the webhook there.',
    });
  }
  if (status === 413) {
    return new Rejected(`${host} finds the webhook too large (413).`, {
      code: 'far-side.refused',
      fix: 'Let its owner allow bodies of 1 MB, then send again.',
    });
  }
  if (status >= 300 && status < 400) {
    return new Rejected(`${host} sends webhooks on to another address (${status}).`, {
      code: 'far-side.address',
      fix: 'Make the connection again with the address that it sends them on to.',
    });
  }
  const afterMs = retryAfterMs(headers);
  const what = status === 429 ? 'asks us to slow down' : 'did not take the webhook';
  const code = status === 429 ? 'far-side.limited' : 'far-side.unavailable';
  return new Retryable(`${host} ${what} (status ${status}).`, {
    code,
    ...(afterMs !== undefined && { afterMs }),
  });
}

const ANSWER_BYTES_MAX = 1_000;
const ANSWER_CHARACTERS_MAX = 300;

/**
 * How an answer begins, as text for people; empty when it says nothing. What else it says is not waited for.
 * @param url where it was sent: what is secret in it is left out, since error pages like to repeat it.
 */
export async function beginningOf({ body }: Response, url: URL): Promise<string> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // It was cut off in the middle; what the status said stands.
  }
  let text = Buffer.concat(chunks).toString('utf8');
  for (const secret of secretParts(url)) text = text.replaceAll(secret, '…');
  return text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, ANSWER_CHARACTERS_MAX);
}

const SECRET_CHARACTERS_MIN = 6;

function secretParts({ search, searchParams, pathname }: URL): string[] {
  const values = [...searchParams.values()].flatMap((value) => [value, encodeURIComponent(value)]);
  return [search.slice(1), ...values, ...pathname.split('/')]
    .filter(({ length }) => length >= SECRET_CHARACTERS_MIN)
    .sort((one, other) => other.length - one.length);
}
