/**
 * How an account at a channel becomes a connection, and how its keys stay valid. Channel folders implement this; the
 * server leads people through it, and knows no channel's own words.
 */
import type { z } from 'zod';

/** What a connection is made of, once the channel has let us in. */
export interface ConnectedAccount<Secret = unknown> {
  /** Origin of the shop, without a slash at the end. */
  readonly baseUrl: string;
  readonly secret: Secret;
  /** What the shop calls itself: the connection's name until a person changes it. */
  readonly name: string;
}

interface WayBase {
  /** Stands in addresses: `oauth`, `keys`. Never changes. */
  readonly id: string;
  readonly title: string;
  /** When this way is the right one, and what is needed for it. */
  readonly help: string;
  /** The form's fields: `meta({ title, help, secret: true })`. `secret` fields are never shown again. */
  readonly form: z.ZodObject;
}

export interface ConnectRequest {
  /** Checked by the way's `form`. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Origin of a sandbox on this machine that stands in for the channel; null: the real one. */
  readonly sandboxUrl: string | null;
}

/** The person pastes keys; we try them. */
export interface KeysWay<Secret = unknown> extends WayBase {
  readonly kind: 'keys';
  /** @throws {Rejected} with what is wrong with the keys, the address or the shop, each with its own sentence and fix. */
  connect(request: ConnectRequest): Promise<ConnectedAccount<Secret>>;
}

/** Where the channel's answers reach us. */
export interface ConsentPlace {
  /** Random, for one use: the channel gives it back, and by it the answer is known to be one to our question. */
  readonly state: string;
  readonly callbackUrl: string;
  /** Where the person's browser goes at last, where the channel's answer does not come by it. */
  readonly returnUrl: string;
}

/** What came to the callback address. */
export interface ConsentAnswer {
  readonly query: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The person is sent to the channel and agrees there. */
export interface ConsentWay<Secret = unknown> extends WayBase {
  readonly kind: 'consent';
  /** `browser`: the person comes back with the answer. `server`: the channel's server posts it, signed in as nobody. */
  readonly answeredBy: 'browser' | 'server';
  /**
   * Where to send the person, and what `finish` has to know again (kept sealed until then).
   * @throws {Rejected} when the input can't lead anywhere.
   */
  begin(
    request: ConnectRequest,
    place: ConsentPlace,
  ): Promise<{ readonly url: string; readonly pending: Readonly<Record<string, unknown>> }>;
  /** The `state` in an answer; null: it holds none. Nothing in it is believed yet. */
  stateOf(answer: ConsentAnswer): string | null;
  /** @throws {Rejected} when the answer is not genuine, the person did not agree, or the keys don't work. */
  finish(
    pending: Readonly<Record<string, unknown>>,
    answer: ConsentAnswer,
  ): Promise<ConnectedAccount<Secret>>;
}

export type ConnectWay<Secret = unknown> = KeysWay<Secret> | ConsentWay<Secret>;

/** For channels whose keys run out. */
export interface KeyRenewal<Secret = unknown> {
  /** From when on new keys should be fetched; null: these never run out. */
  dueAt(secret: Secret): Date | null;
  /**
   * Fetches new keys. Only ever one at a time for a connection, over all processes; what it returns is kept before it
   * is used.
   * @throws {Retryable} when the old ones may still be renewed later; {Rejected} when a person must connect again.
   */
  renew(account: { readonly baseUrl: string; readonly secret: Secret }): Promise<Secret>;
}
