/** What can be done outside, and how one finds out whether it was: one definition for each kind of message. */
import type { z } from 'zod';
import type { ConnectionId } from '../ids.ts';
import type { Lane } from '../limits/lane.ts';
import type { ChannelCall, ChannelClient } from '../sync/channel.ts';
import type { OptOuts } from './opt-outs.ts';

/** The account at which something is done, its secrets opened for one call. */
export interface FarSide {
  readonly connectionId: ConnectionId;
  /** What the connection is to: `shopify`, `webhook`. */
  readonly type: string;
  readonly baseUrl: string;
  /** As the vault held it; the effect checks it. */
  readonly secret: unknown;
  /** The client of a sales channel; null for a service. */
  readonly client: ChannelClient | null;
  /** Where the service reaches us to tell more; absent: it can't. */
  readonly hookUrl?: string;
  /** Who wants no more messages from this account; absent: nobody is asked. */
  readonly optOuts?: Pick<OptOuts, 'has' | 'add'>;
}

export interface OutsideCall<Payload = unknown> {
  readonly payload: Payload;
  /** The same UUID at every try. */
  readonly key: string;
  readonly queuedAt: Date;
  readonly far: FarSide;
  /** To be told of each HTTP call, for the limits of the connection. */
  readonly observe: (call: ChannelCall) => void;
  /** Aborted when the sender stops and can't wait any longer. */
  readonly signal: AbortSignal;
}

/** What a look at the far side says. `unknown`: it can't tell (yet). */
export type Probe = 'done' | 'not-done' | 'unknown';

/**
 * One kind of outside write.
 *
 * `write` throws `Retryable` only when it is certain that nothing was done (no connection was made, or the far side
 * said that it refused), `InDoubt` when a call went out and no answer came, `Rejected` when a person must mend something.
 */
export interface OutsideEffect<Payload = unknown> {
  /** Stands in outbox documents: never changes. */
  readonly type: string;
  /** "Webhook", "Cancel an order". */
  readonly title: string;
  readonly payload: z.ZodType<Payload>;
  /**
   * true: the far side recognises the key of a call that it has had before, and does nothing twice. A call in doubt
   * is then simply made again.
   */
  readonly deduplicates: boolean;
  /** Whose turn it shares at the connection; `messages` without it. */
  readonly lane?: Lane;
  /** Milliseconds after a call that was cut off until a look at the far side is worth something. */
  readonly settleMs?: number;
  write(call: OutsideCall<Payload>): Promise<{ readonly receipt: string | null }>;
  /** Looks whether it was done. Changes nothing. Throws as `write` does, but for `InDoubt`. */
  probe?(call: OutsideCall<Payload>): Promise<Probe>;
  /** Takes it back. May be repeated: what is taken back already counts as done. Throws as `write` does. */
  compensate?(call: OutsideCall<Payload>): Promise<void>;
}

export type OutsideEffects = ReadonlyMap<string, OutsideEffect>;

/** Collects effects by type. @throws {Error} when two share a type. */
export function outsideEffectsOf(effects: readonly OutsideEffect[]): OutsideEffects {
  const byType = new Map<string, OutsideEffect>();
  for (const effect of effects) {
    if (byType.has(effect.type)) throw new Error(`two outside effects call themselves "${effect.type}"`);
    byType.set(effect.type, effect);
  }
  return byType;
}

/** Folds an effect's own payload type away; its schema is the check. */
export function defineOutsideEffect<Payload>(effect: OutsideEffect<Payload>): OutsideEffect {
  return effect as OutsideEffect;
}
