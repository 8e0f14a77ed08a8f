/** The setting of a node, or of a template, that names a connection. */
import { z } from 'zod';

interface Words {
  readonly title: string;
  /** What "" means. */
  readonly empty?: string;
  /** Why "" can't work; absent: it can. */
  readonly needed?: string;
  readonly help?: string;
}

/** A connection to one of these services, by their types: `twilio`. */
export const serviceSetting = (connectionTypes: readonly string[], words: Words) =>
  setting({ ...words, connection: 'service', connectionTypes });

/** A connection to any channel. */
export const channelSetting = (words: Words) => setting({ ...words, connection: 'channel' });

function setting(meta: Readonly<Record<string, unknown>>) {
  return z.string().max(64).default('').meta(meta);
}
