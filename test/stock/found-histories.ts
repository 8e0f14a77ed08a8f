/**
 * Histories in which the ledger was found wrong, as small as they could be made. Each is run again in every test run.
 * When the ledger takes other steps, they may go past what they once found; the random histories do not.
 */
import type { History, Wish } from './history.ts';

/** One unit sold of the first SKU, but for what is said. */
function wish(other: Partial<Wish> = {}): Wish {
  return {
    kind: 'commit',
    sku: 0,
    location: 0,
    connection: 0,
    units: 1,
    of: 0,
    parts: [0, 0],
    keyOf: null,
    ...other,
  };
}

export const FOUND: readonly { readonly name: string; readonly history: History }[] = [
  {
    name: 'an answer that refuses is given only for the state that was written',
    history: {
      wishes: [
        wish(),
        wish(),
        wish({ kind: 'allocate', sku: 1, of: 1, parts: [0, 1] }),
        wish(),
        wish(),
        wish(),
        wish({ sku: 1 }),
        wish(),
        wish(),
      ],
      workers: [[], [], [], [{ send: [11] }, { send: [20, 15] }], [], [], [], []],
      deaths: [],
      seed: 0,
    },
  },
  {
    name: 'a repeated operation is never answered with a level from before it was booked',
    history: {
      wishes: [wish({ sku: 2 }), wish(), wish(), wish({ kind: 'transfer', sku: 2 }), wish()],
      workers: [
        [],
        [{ send: [0] }],
        [{ send: [0] }],
        [{ send: [0] }],
        [{ send: [0] }],
        [{ send: [0] }],
        [],
        [{ send: [18] }, { drain: true }, { send: [0] }],
      ],
      deaths: [],
      seed: 1514484575,
    },
  },
  {
    name: 'a key in a journal that was read anew between two look-ups is not booked again',
    history: {
      wishes: [
        wish({ kind: 'transfer', sku: 2 }),
        wish({ sku: 2 }),
        wish(),
        wish({ sku: 2 }),
        wish(),
        wish(),
        wish(),
      ],
      workers: [
        [],
        [{ send: [3] }, { send: [4] }],
        [{ send: [0] }, { drain: true }, { send: [8, 10] }],
        [],
        [],
        [],
        [],
        [{ send: [8] }],
      ],
      deaths: [],
      seed: 12,
    },
  },
];
