/**
 * Everything that can go wrong for a user, in one registry, and the errors that a node, a channel client or an effect
 * throws to say what should happen next. Anything else that is thrown is taken for a bug: tried a few times, then shown
 * to a person. docs/reference/errors.md is made from the registry (`npm run docs`), and a test holds it to that.
 */
import type { MendingAction } from './sync/connection-finding.ts';

/** Who can end it: SyncFlow by itself, the merchant, who runs SyncFlow, or who made the flow or node. */
export type Actor = 'system' | 'merchant' | 'operator' | 'author';

interface ErrorKind {
  readonly who: Actor;
  /** Whether it is tried again by itself. */
  readonly retry: boolean;
  /** What it means and what happens next. The error's own reason says the particulars, its fix what to do. */
  readonly sentence: string;
}

/** Codes stand in stored documents and in the API: they never change. */
export const ERRORS = {
  'far-side.limited': {
    who: 'system',
    retry: true,
    sentence: 'The far side asks us to slow down. SyncFlow waits as long as it was asked to, then goes on.',
  },
  'far-side.unreachable': {
    who: 'system',
    retry: true,
    sentence:
      'No connection to the far side could be made, or it gave no answer. What waits is kept and sent later.',
  },
  'far-side.unavailable': {
    who: 'system',
    retry: true,
    sentence:
      'The far side is out of order or overloaded. What waits is kept and sent when it is well again.',
  },
  'far-side.garbled': {
    who: 'system',
    retry: true,
    sentence:
      'The answer was not one of the far side itself: a cache, a firewall or a maintenance page is in between, as a rule for a while.',
  },
  'far-side.in-doubt': {
    who: 'system',
    retry: true,
    sentence:
      'A call went out and no answer came. SyncFlow finds out whether it was done before it does anything again.',
  },
  'far-side.keys': {
    who: 'merchant',
    retry: false,
    sentence: 'The keys of the connection are not accepted. Everything for it waits until they are renewed.',
  },
  'far-side.rights': {
    who: 'merchant',
    retry: false,
    sentence:
      'The keys are right, but may not do this. Everything that needs it waits until the rights are given.',
  },
  'far-side.closed': {
    who: 'merchant',
    retry: false,
    sentence:
      'The account at the far side is closed, locked or unpaid. Everything for it waits until it is open again.',
  },
  'far-side.address': {
    who: 'merchant',
    retry: false,
    sentence: 'The address of the connection does not lead to where it should, or may not be used.',
  },
  'far-side.refused': {
    who: 'merchant',
    retry: false,
    sentence: 'The far side refused this for a reason that trying again would not change.',
  },
  'far-side.wants-no-more': {
    who: 'merchant',
    retry: false,
    sentence:
      'The receiver says that it wants nothing more. It is told of nothing new until somebody lets it go on.',
  },
  'far-side.unable': {
    who: 'merchant',
    retry: false,
    sentence: "This can't be done at this far side from here: it has to be done there by hand.",
  },
  'far-side.outdated': {
    who: 'operator',
    retry: false,
    sentence:
      'The far side no longer speaks the version that this SyncFlow speaks. Nothing is sent until it is updated.',
  },
  'connection.gone': {
    who: 'merchant',
    retry: false,
    sentence: 'The connection that this was meant for no longer exists.',
  },
  'order.unreadable': {
    who: 'operator',
    retry: false,
    sentence: "An order came in a shape that this SyncFlow can't read. It is kept as it came.",
  },
  'order.unknown': {
    who: 'author',
    retry: false,
    sentence: 'A flow books an order that it has not captured before.',
  },
  'item.shape': {
    who: 'author',
    retry: false,
    sentence: 'A node got an item, or has settings, that do not have the declared shape.',
  },
  'message.unreadable': {
    who: 'author',
    retry: false,
    sentence: 'A message in the outbox does not have the form that its kind needs.',
  },
  'effect.unknown': {
    who: 'operator',
    retry: false,
    sentence: 'This SyncFlow does not know how to do what a flow wants done outside.',
  },
  'flow.held': {
    who: 'author',
    retry: false,
    sentence:
      'The flow is kept from running: it has a fault, or it ended its runner again and again. What comes in for it waits, and runs when it runs again.',
  },
  'code.failed': {
    who: 'author',
    retry: false,
    sentence: 'Code of a flow threw, gave back what is no message, or took more time or memory than it may.',
  },
  'runner.died': {
    who: 'author',
    retry: false,
    sentence: 'Each process that ran this event died. It was taken out so that everything else goes on.',
  },
  'trouble.passing': {
    who: 'system',
    retry: true,
    sentence: 'Something went wrong that may pass by itself.',
  },
  'trouble.lasting': {
    who: 'merchant',
    retry: false,
    sentence: 'Something went wrong that only a person can mend.',
  },
  bug: {
    who: 'author',
    retry: true,
    sentence: 'A node or SyncFlow itself has a fault. It is tried a few times, in case it was a passing one.',
  },
} as const satisfies Readonly<Record<string, ErrorKind>>;

export type ErrorCode = keyof typeof ERRORS;
type CodeOf<Retry extends boolean> = {
  [Code in ErrorCode]: (typeof ERRORS)[Code]['retry'] extends Retry ? Code : never;
}[ErrorCode];

/** What an error is about. When that is well again, what failed by it is worth another try without a person. */
export interface Cause {
  readonly kind: 'connection' | 'pipeline';
  readonly id: string;
}

/** The far side may well accept the same thing later: network, 429, 5xx. Tried again by the retry policy. */
export class Retryable extends Error {
  override readonly name = 'Retryable';
  readonly code: CodeOf<true>;
  /** Milliseconds to wait at least, when the far side said so (Retry-After, restore rate). */
  readonly afterMs: number | undefined;
  readonly about: Cause | undefined;

  constructor(
    reason: string,
    options: { afterMs?: number; code?: CodeOf<true>; about?: Cause; cause?: unknown } = {},
  ) {
    super(reason, { cause: options.cause });
    this.code = options.code ?? 'trouble.passing';
    this.afterMs = options.afterMs;
    this.about = options.about;
  }
}

/** It can't succeed until a person mends something. Not tried again; `fix` stands next to the button. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
  readonly code: CodeOf<false>;
  /** One sentence that says what to do: "Give this product a SKU in WooCommerce, then retry." */
  readonly fix: string;
  readonly about: Cause | undefined;
  /** `connection`: nothing can be done there before it is mended (keys, rights). `call`: other calls may well go through. */
  readonly concerns: 'connection' | 'call';
  /** What the button beside it does; null: a person mends it elsewhere. */
  readonly action: MendingAction | null;

  constructor(
    reason: string,
    options: {
      fix: string;
      code?: CodeOf<false>;
      about?: Cause;
      concerns?: 'connection' | 'call';
      action?: MendingAction;
      cause?: unknown;
    },
  ) {
    super(reason, { cause: options.cause });
    this.code = options.code ?? 'trouble.lasting';
    this.fix = options.fix;
    this.concerns = options.concerns ?? 'connection';
    this.action = options.action ?? null;
    this.about = options.about;
  }
}

/**
 * A call went out and no answer came: it may have been done or not. Thrown by outside effects only; the outbox then
 * looks before it does anything again.
 */
export class InDoubt extends Error {
  override readonly name = 'InDoubt';
  readonly code = 'far-side.in-doubt';

  constructor(reason: string, options: { cause?: unknown } = {}) {
    super(reason, { cause: options.cause });
  }
}

const CAUSES_MAX = 10;

/** What an error, or the first of its causes that knows, says about another try; null when none of them says anything. */
export function verdictOf(error: unknown): Retryable | Rejected | null {
  return firstOf(error, (cause) => (cause instanceof Retryable || cause instanceof Rejected ? cause : null));
}

/** The code of an error, or of the first of its causes that has one; `bug` when none has. */
export function codeOf(error: unknown): ErrorCode {
  const known = (cause: Error) =>
    cause instanceof Retryable || cause instanceof Rejected || cause instanceof InDoubt ? cause.code : null;
  return firstOf(error, known) ?? 'bug';
}

function firstOf<Found>(error: unknown, look: (cause: Error) => Found | null): Found | null {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth += 1) {
    const found = look(cause);
    if (found !== null) return found;
    cause = cause.cause;
  }
  return null;
}
