/** For the tests of orders: random histories of an order, as a channel would show them, snapshot by snapshot. */
import fc from 'fast-check';
import type { Sku } from '../ids.ts';
import type { Order, OrderLine, OrderStatus } from './order.ts';

export const STEPS = [
  'pay',
  'ship',
  'more',
  'fewer',
  'add-line',
  'remove-line',
  'refund-restocked',
  'refund-kept',
  'unpay-restocked',
  'cancel-restocked',
  'cancel-kept',
] as const;
type Step = (typeof STEPS)[number];

interface State {
  readonly status: OrderStatus;
  readonly lines: readonly {
    readonly lineId: string;
    readonly sku: Sku;
    readonly quantity: number;
    readonly taken: number;
  }[];
}

/** What a history says is asked of chance: the first lines, then what happens, each with a number to choose by. */
export const historySeed = fc.record({
  paid: fc.boolean(),
  lines: fc.array(fc.record({ sku: fc.nat({ max: 2 }), units: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
  steps: fc.array(fc.record({ step: fc.constantFrom(...STEPS), by: fc.nat({ max: 5 }) }), { maxLength: 4 }),
});
type Seed = typeof historySeed extends fc.Arbitrary<infer Value> ? Value : never;

/** The snapshots of an order, oldest first; `at` is the number of a snapshot in its history. */
export function historyOf(
  seed: Seed,
  skus: readonly Sku[],
  snapshot: (state: Pick<Order, 'status' | 'lines'>, at: number) => Order,
): Order[] {
  let state: State = {
    status: seed.paid ? 'open' : 'pending',
    lines: seed.lines.map(({ sku, units }, index) => ({
      lineId: `l${index}`,
      sku: skus[sku % skus.length] as Sku,
      quantity: units,
      taken: units,
    })),
  };
  const states = [state];
  for (const { step, by } of seed.steps) {
    if (state.status === 'cancelled' || state.status === 'refunded') break;
    state = after(state, step, by, skus);
    states.push(state);
  }
  return states.map(({ status, lines }, at) => snapshot({ status, lines: lines.map(lineOf) }, at));
}

function after({ status, lines }: State, step: Step, by: number, skus: readonly Sku[]): State {
  const one = by % Math.max(1, lines.length);
  const change = (what: (line: State['lines'][number]) => Partial<State['lines'][number]>) =>
    lines.map((line, index) => (index === one ? { ...line, ...what(line) } : line));
  switch (step) {
    case 'pay':
      // What the shop had put back when the payment failed, it takes again.
      return { status: 'open', lines: lines.map((line) => ({ ...line, taken: Math.max(line.taken, 1) })) };
    case 'ship':
      return { status: status === 'pending' ? status : 'fulfilled', lines };
    case 'more':
      return {
        status,
        lines: change(({ quantity, taken }) => ({ quantity: quantity + 1, taken: taken + 1 })),
      };
    case 'fewer':
    case 'refund-restocked':
      return { status, lines: change(({ taken }) => ({ taken: Math.max(0, taken - 1 - (by % 2)) })) };
    case 'add-line': {
      const lineId = `l${lines.length}-${by}`;
      if (lines.some((line) => line.lineId === lineId)) return { status, lines };
      const sku = skus[by % skus.length] as Sku;
      return { status, lines: [...lines, { lineId, sku, quantity: 2, taken: 2 }] };
    }
    case 'remove-line':
      return { status, lines: lines.filter((_line, index) => index !== one) };
    case 'refund-kept':
      return { status: status === 'pending' ? status : 'refunded', lines };
    case 'unpay-restocked':
      return { status: 'pending', lines: lines.map((line) => ({ ...line, taken: 0 })) };
    case 'cancel-restocked':
      return { status: 'cancelled', lines: lines.map((line) => ({ ...line, taken: 0 })) };
    case 'cancel-kept':
      return { status: 'cancelled', lines };
  }
}

function lineOf({ lineId, sku, quantity, taken }: State['lines'][number]): OrderLine {
  const unitPrice = { amount: 990, currency: 'GBP' };
  return { lineId, sku, title: `Title of ${sku}`, quantity, taken, unitPrice };
}
