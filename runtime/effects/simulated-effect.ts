/** What a flow would have done, had its effects been real: one line each, for people and for comparing. */

/**
 * keep: an order. book: stock, by an order. set: stock, by the flow itself. show: a quantity on a channel.
 * alert: people are warned. send: something is done outside. fail: a node failed.
 */
export type SimulatedKind = 'keep' | 'book' | 'set' | 'show' | 'alert' | 'send' | 'fail';

export interface SimulatedEffect {
  readonly kind: SimulatedKind;
  /** The whole effect in one line: two effects are the same when their lines are. */
  readonly text: string;
}

/** Longer ones are shortened: what differs only behind this is not told apart. */
export const EFFECT_CHARACTERS_MAX = 500;

/** An effect whose line is not too long. */
export function simulated(kind: SimulatedKind, text: string): SimulatedEffect {
  return {
    kind,
    text: text.length > EFFECT_CHARACTERS_MAX ? `${text.slice(0, EFFECT_CHARACTERS_MAX - 1)}…` : text,
  };
}
