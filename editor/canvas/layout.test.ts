import { describe, expect, test } from '@jest/globals';
import { openingView } from './edit/far.ts';
import { cardHeightMax, cardWidth } from './flow-shape.ts';
import { type Layout, tidy } from './layout.ts';
import { wirePath } from './wire-path.ts';

const node = (id: string) => ({ id, x: 0, y: 0 });
const wire = (from: string, to: string) => ({ id: `${from}-${to}`, from, to });

/** Whether no two cards cover each other. */
function isClear({ places }: Layout): boolean {
  const cards = [...places.values()];
  return cards.every((a, index) =>
    cards
      .slice(index + 1)
      .every((b) => Math.abs(a.x - b.x) >= cardWidth || Math.abs(a.y - b.y) >= cardHeightMax),
  );
}

describe('a tidy layout', () => {
  test('runs along the wires, on the grid, without cards over cards', () => {
    const flow = {
      nodes: ['a', 'b', 'c', 'd', 'lone'].map((id) => node(id)),
      wires: [wire('a', 'b'), wire('a', 'c'), wire('b', 'd'), wire('c', 'd')],
    };
    for (const direction of ['right', 'down'] as const) {
      const layout = tidy(flow, direction);
      const axis = direction === 'right' ? 'x' : 'y';
      expect(isClear(layout)).toBe(true);
      for (const { from, to } of flow.wires) {
        expect(layout.places.get(to)![axis]).toBeGreaterThan(layout.places.get(from)![axis]);
      }
      expect([...layout.places.values()].every(({ x, y }) => x % 8 === 0 && y % 8 === 0)).toBe(true);
    }
  });

  test('leads a wire that passes other ranks through free gaps', () => {
    const flow = {
      nodes: ['a', 'b', 'c', 'd'].map((id) => node(id)),
      wires: [wire('a', 'b'), wire('b', 'c'), wire('c', 'd'), wire('a', 'd')],
    };
    const layout = tidy(flow, 'right');
    const route = layout.routes.get('a-d')!;
    expect(route).toHaveLength(2);
    expect(layout.routes.has('a-b')).toBe(false);
    for (const gap of route) {
      for (const { x, y } of layout.places.values()) {
        const inside = gap.x > x && gap.x < x + cardWidth && gap.y > y && gap.y < y + cardHeightMax;
        expect(inside).toBe(false);
      }
    }
  });

  test('takes loops, self-loops, double wires and wires to nowhere', () => {
    const flow = {
      nodes: ['a', 'b'].map((id) => node(id)),
      wires: [
        wire('a', 'b'),
        wire('b', 'a'),
        wire('a', 'a'),
        { ...wire('a', 'b'), id: 'again' },
        wire('a', 'x'),
      ],
    };
    expect(tidy(flow, 'right').places.size).toBe(2);
    expect(tidy({ nodes: [], wires: [] }, 'down').places.size).toBe(0);
  });
});

describe('a wire', () => {
  const from = { x: 0, y: 0 };

  test('is one soft curve, with its pill in the middle', () => {
    const { path, pill } = wirePath(from, { x: 100, y: 40 }, [], 'right');
    expect(path).toBe('M0 0C50 0 50 40 100 40');
    expect(pill).toEqual({ x: 50, y: 20 });
    expect(wirePath(from, { x: 40, y: 100 }, [], 'down').path).toBe('M0 0C0 50 40 50 40 100');
  });

  test('goes straight through each gap that it passes', () => {
    const gap = { x: 300, y: -50 };
    const { path, pill } = wirePath(from, { x: 600, y: 0 }, [gap], 'right');
    expect(path).toBe('M0 0C90 0 90 -50 180 -50L420 -50C510 -50 510 0 600 0');
    expect(pill).toEqual(gap);
  });

  test('that runs backwards swings out on both sides', () => {
    expect(wirePath(from, { x: -100, y: 50 }, [], 'right').path).toBe('M0 0C90 0 -190 50 -100 50');
  });
});

describe('where a flow is opened', () => {
  const window = { width: 1_440, height: 900 };
  test('all of it, as long as its cards can be read', () => {
    expect(
      openingView(
        [
          { x: 0, y: 0 },
          { x: 3_000, y: 600 },
        ],
        window,
      ),
    ).toBeNull();
    expect(openingView([], window)).toBeNull();
  });
  test('at its beginning where it is larger: its first card stands in the corner', () => {
    const view = openingView(
      [
        { x: -800, y: 400 },
        { x: 9_000, y: 2_000 },
      ],
      window,
    );
    expect(view).toEqual({ x: 48 + 800 * 0.75, y: 48 - 400 * 0.75, zoom: 0.75 });
  });
});
