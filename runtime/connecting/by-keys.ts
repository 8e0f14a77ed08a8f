/** Connects with keys that a person pasted. */
import { Rejected } from '../errors.ts';
import type { ConnectionId } from '../ids.ts';
import { type Connecting, keepAccount } from './keep-account.ts';
import { type ConnectWish, wayOf } from './ways.ts';

/**
 * @throws {Rejected} when the form, the keys or the shop are not right: with what to do.
 * @throws {Retryable} when the channel does not answer.
 */
export async function connectByKeys(parts: Connecting, wish: ConnectWish): Promise<ConnectionId> {
  const { way, input } = wayOf(parts, wish);
  if (way.kind !== 'keys') {
    throw new Rejected(`"${way.title}" needs your consent at the channel itself.`, {
      code: 'far-side.unable',
      fix: 'Go on to the channel and agree there.',
    });
  }
  const account = await way.connect({ input, sandboxUrl: wish.sandboxUrl });
  return await keepAccount(parts, wish, account);
}
