/** Who goes first when a channel lets few calls through: what prevents an oversell before what only sells more. */

/**
 * In the order of their turn: what concerns single orders, counts that fall, news of orders (a round reads those of
 * minutes, and may use up a budget for seconds), counts that rise, messages, and what is long (imports, comparisons).
 * A lane that waits for long moves up, so that none starves.
 */
export const LANES = ['orders', 'lowering', 'polls', 'raising', 'messages', 'bulk'] as const;
export type Lane = (typeof LANES)[number];

/** The share of a budget that a lane leaves for those before it: an import never uses up what a sale may need. */
export const RESERVED: Readonly<Record<Lane, number>> = {
  orders: 0,
  lowering: 0,
  polls: 0.1,
  raising: 0.1,
  messages: 0.2,
  bulk: 0.4,
};
