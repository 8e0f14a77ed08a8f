/**
 * Where the cards and notes are that somebody drags at this moment. Apart from the list of all, which React Flow would go
 * through at each move of the hand: so only they and their wires are drawn anew.
 */
import type { CSSProperties } from 'react';
import { create } from 'zustand';
import type { Place } from '../layout.ts';

type Places = ReadonlyMap<string, Place>;

const NONE: Places = new Map();

const useHand = create<{ readonly places: Places }>(() => ({ places: NONE }));

/** Takes these along to where the hand is now. */
export function hold(places: Places): void {
  useHand.setState({ places });
}

export function letGo(): void {
  if (isHolding()) hold(NONE);
}

export const isHolding = (): boolean => useHand.getState().places.size > 0;

export const isHeld = (id: string): boolean => useHand.getState().places.has(id);

/** Where it is while it is dragged; undefined: it lies where the list says. */
export const useHeldPlace = (id: string): Place | undefined => useHand(({ places }) => places.get(id));

/** The style that takes a dragged card from its place in the list to the hand; a layer of its own, for it moves alone. */
export function useHeldStyle(id: string, x: number, y: number): CSSProperties | undefined {
  const place = useHeldPlace(id);
  return place && { transform: `translate(${place.x - x}px, ${place.y - y}px)` };
}
