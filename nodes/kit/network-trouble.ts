/** What it means that a call got no answer. */
import { InDoubt, Rejected, Retryable } from '#runtime/errors.ts';

/** Trouble before a connection stood: nothing can have arrived. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * What fetch threw: certain that nothing arrived, or not.
 * @param reading the call changes nothing: without an answer it is just made again.
 */
export function networkTrouble(
  error: unknown,
  host: string,
  reading: boolean,
): Retryable | Rejected | InDoubt {
  const { name, cause }: { name?: unknown; cause?: unknown } = Object(error);
  // It may not even be tried: runtime/outgoing.
  if (cause instanceof Rejected) return cause;
  const { code, message }: { code?: unknown; message?: unknown } = Object(cause);
  // Of the fetch standard: ports of other protocols are never called.
  if (message === 'bad port') {
    return new Rejected(`${host} is at a port that is not for the web.`, {
      code: 'far-side.address',
      fix: 'Connect again with the address at which it takes HTTP calls.',
    });
  }
  if (typeof code === 'string' && NOT_CONNECTED.has(code))
    return new Retryable(`${host} could not be reached (${code}).`, {
      code: 'far-side.unreachable',
      cause: error,
    });
  // Names of error classes say nothing to people.
  const why = name === 'TimeoutError' ? 'no answer in time' : typeof code === 'string' ? code : 'cut off';
  const text = `${host} was called, but no answer came (${why}).`;
  return reading
    ? new Retryable(text, { code: 'far-side.unreachable', cause: error })
    : new InDoubt(text, { cause: error });
}
