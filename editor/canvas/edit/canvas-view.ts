/** The canvas that is on the page, for commands that look at it or move it; none in the outline. */
import type { ReactFlowInstance } from '@xyflow/react';
import { fitting } from '../fitting.ts';
import { cardHeightMax, cardWidth } from '../flow-shape.ts';
import type { Place } from '../layout.ts';
import { useFlow } from './flow-state.ts';
import { STEP } from './insert-node.ts';

type Instance = Pick<ReactFlowInstance, 'fitView' | 'screenToFlowPosition' | 'setCenter' | 'getZoom'>;

let canvas: { readonly instance: Instance; readonly element: () => HTMLElement | null } | null = null;

/** Tells which canvas is there; null when it goes. */
export function setCanvas(next: typeof canvas): void {
  canvas = next;
}

/** Where a node goes that nobody placed: beside the chosen one, or in the middle of what is seen. */
export function placeForNew(): Place {
  const { graph, chosen } = useFlow.getState();
  const beside = graph.nodes.find(({ id }) => id === chosen.at(-1));
  if (beside) return { x: beside.x + STEP, y: beside.y };
  const box = canvas?.element()?.getBoundingClientRect();
  if (canvas && box) {
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    const { x, y } = canvas.instance.screenToFlowPosition(middle);
    return { x: x - cardWidth / 2, y: y - cardHeightMax / 2 };
  }
  return { x: Math.max(0, ...graph.nodes.map(({ x }) => x + STEP)), y: 0 };
}

export function fitAll(): void {
  void canvas?.instance.fitView(fitting);
}

/** Brings a node into the middle, and gives it the focus. */
export function showNode(id: string): void {
  const node = useFlow.getState().graph.nodes.find((one) => one.id === id);
  if (node && canvas) {
    const zoom = Math.max(canvas.instance.getZoom(), 0.6);
    void canvas.instance.setCenter(node.x + cardWidth / 2, node.y + cardHeightMax / 2, { zoom });
  }
  focusNode(id);
}

/** The card or the row of a node takes the focus, as soon as it stands in the page. */
export function focusNode(id: string): void {
  const find = () => document.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  requestAnimationFrame(() => {
    const now = find();
    if (now) now.focus({ preventScroll: true });
    else requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
  });
}
