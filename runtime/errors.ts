/**
 * The errors that a node, a channel client or an effect throws to say what should happen next. Anything
 * else that is thrown is taken for a bug: tried a few times, then shown to a person.
 */
import type { MendingAction } from './sync/connection-finding.ts';

/** The far side may well accept the same thing later: network, 429, 5xx. Tried again by the retry policy. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
  /** Milliseconds to wait at least, when the far side said so (Retry-After, restore rate). */
  readonly afterMs: number | undefined;

  constructor(reason: string, options: { afterMs?: number; cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
    this.afterMs = options.afterMs;
  }
}

/** It can't succeed until a person mends something. Not tried again; `fix` stands next to the button. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  /** One sentence that says what to do: "Give this product a SKU in WooCommerce, then retry." */
  readonly fix: string;
  /** `connection`: nothing can be done there before it is mended (keys, rights). `call`: other calls may well go through. */
  readonly concerns: 'connection' | 'call';
  /** What the button beside it does; null: a person mends it elsewhere. */
  readonly action: MendingAction | null;

  constructor(
    reason: string,
    options: {
      fix: string;
      concerns?: 'connection' | 'call';
      action?: MendingAction;
      cause?: unknown;
    },
  ) {
    super(reason, { cause: options.cause });
    this.fix = options.fix;
    this.concerns = options.concerns ?? 'connection';
    this.action = options.action ?? null;
  }
}

/**
 * A call went out and no answer came: it may have been done or not. Thrown by outside effects only; the outbox then
 * looks before it does anything again.
 */
export class InDoubt extends Error {
  override readonly name = 'InDoubt';

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
  }
}

const CAUSES_MAX = 10;

/** What an error, or the first of its causes that knows, says about another try; null when none of them says anything. */
export function verdictOf(error: unknown): Retryable | Rejected | null {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    if (cause instanceof Retryable || cause instanceof Rejected) return cause;
    cause = cause.cause;
  }
  return null;
}
