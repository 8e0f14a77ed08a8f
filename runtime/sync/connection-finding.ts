/** What stands in the way of a connection, in words for a person, with the one action that mends it. */

/**
 * What the button beside a trouble does. `connect-again`: leads through the connect form, which renews keys and rights.
 * `look-again`: looks at the connection once more, for what is mended in the shop itself.
 */
export type MendingAction = 'connect-again' | 'look-again';

/** Something that a look at a connection found. */
export interface ConnectionFinding {
  /** Names this kind of finding, for tests and the reference: `shopify.scope-missing`. Never changes. */
  readonly code: string;
  /** `bad`: something does not work. `warn`: it works, and something will be missing or go wrong. */
  readonly tone: 'bad' | 'warn';
  /** What is so, and what follows from it. One or two sentences. */
  readonly reason: string;
  /** One sentence that says what to do. */
  readonly fix: string;
  readonly action: MendingAction;
}
