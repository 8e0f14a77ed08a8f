/**
 * Where the cards and notes are that somebody drags at this moment. Apart from the list of all, which React Flow would go
 * through at each move of the hand: so only they and their wires are drawn anew, once for each frame.
 */
import { create } from 'zustand';
import type { Place } from '../layout.ts';

type Places = ReadonlyMap<string, Place>;

const NONE: Places = new Map();

const useHand = create<{ readonly places: Places }>(() => ({ places: NONE }));

let frame: number | null = null;
let latest = NONE;

/** Takes these along to where the hand is now. */
export function hold(places: Places): void {
  latest = places;
  if (!isHolding()) useHand.setState({ places });
  // The hand moves, and so does the canvas when it is at its edge: both are drawn together.
  else frame ??= requestAnimationFrame(draw);
}

function draw(): void {
  frame = null;
  useHand.setState({ places: latest });
}

export function letGo(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  frame = null;
  if (isHolding()) useHand.setState({ places: NONE });
}

export const isHolding = (): boolean => useHand.getState().places.size > 0;

export const isHeld = (id: string): boolean => useHand.getState().places.has(id);

/** Where it is while it is dragged; undefined: it lies where the list says. */
export const useHeldPlace = (id: string): Place | undefined => useHand(({ places }) => places.get(id));
