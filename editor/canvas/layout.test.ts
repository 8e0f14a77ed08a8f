import { describe, expect, test } from '@jest/globals';
import { bestLayout, fitScale } from './best-layout.ts';
import { cardHeightMax, cardWidth, type NodeView, type WireView } from './flow-shape.ts';
import { arranged, type Layout, tidy } from './layout.ts';
import { wirePath } from './wire-path.ts';

const node = (id: string, x = 0, y = 0): NodeView => ({
  id,
  type: 'low-stock',
  name: id,
  summary: '',
  help: '',
  trigger: false,
  group: 'Stock',
  x,
  y,
  inputs: [{ name: 'in', type: 'Order' }],
  outputs: [{ name: 'out', type: 'Order' }],
  settings: [],
});
const wire = (from: string, to: string): WireView => ({
  id: `${from}-${to}`,
  from,
  output: 'out',
  to,
  type: 'Order',
});
const chain = (length: number) => {
  const ids = Array.from({ length }, (_, index) => `n${index}`);
  return {
    nodes: ids.map((id) => node(id)),
    wires: ids.slice(1).map((id, index) => wire(ids[index]!, id)),
  };
};

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

describe('the best layout', () => {
  const wide = { width: 1400, height: 800 };
  const phone = { width: 360, height: 600 };

  test('keeps what a person arranged, but where a narrow room would make it unreadable', () => {
    const flow = { nodes: [node('a', 0, 0), node('b', 403, 77)], wires: [wire('a', 'b')] };
    expect(bestLayout(flow, wide)).toEqual(arranged(flow));
    expect(bestLayout(flow, wide).places.get('b')).toEqual({ x: 400, y: 80 });
    expect(bestLayout(flow, phone).direction).toBe('down');
    expect(bestLayout(flow, { width: 650, height: 600 })).toEqual(arranged(flow));
    const long = { nodes: [...flow.nodes, node('c', 2000, 0)], wires: flow.wires };
    expect(bestLayout(long, wide)).toEqual(arranged(long));
    expect(bestLayout(long, { width: 700, height: 900 }).direction).toBe('down');
  });

  test('runs to the right as long as that can be read, else the way that is larger', () => {
    expect(bestLayout(chain(4), wide).direction).toBe('right');
    expect(bestLayout(chain(6), wide).direction).toBe('down');
    expect(bestLayout(chain(3), phone).direction).toBe('down');
  });

  test('is measured by what fits, and never above life size', () => {
    expect(fitScale({ width: 200, height: 100 }, { width: 100, height: 100 })).toBe(0.5);
    expect(fitScale({ width: 10, height: 10 }, { width: 100, height: 100 })).toBe(1);
    expect(fitScale({ width: 0, height: 0 }, { width: 100, height: 100 })).toBe(1);
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
