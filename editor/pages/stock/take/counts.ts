import { create } from 'zustand';
import { clientHere } from '../../../address/client-address.ts';
import { newKey } from '../../../api/request-key.ts';

/** What somebody counted at a place, and what stood in the books at that moment. */
export interface Count {
  readonly sku: string;
  readonly title: string;
  readonly location: string;
  readonly seen: number;
  readonly quantity: number;
  readonly at: number;
}

interface Take {
  /** Of the whole take, so that it is booked once. */
  readonly key: string;
  readonly counts: Readonly<Record<string, Count>>;
}

// A stock-take lasts for hours, and its counts exist nowhere else: they must outlive the page.
const storageName = `stock-take:${clientHere ?? ''}`;
const fresh = (): Take => ({ key: newKey(), counts: {} });

function read(): Take {
  try {
    const kept = JSON.parse(localStorage.getItem(storageName) ?? 'null') as Take | null;
    return kept && typeof kept.key === 'string' && typeof kept.counts === 'object' ? kept : fresh();
  } catch {
    return fresh();
  }
}

function keep(take: Take): Take {
  try {
    localStorage.setItem(storageName, JSON.stringify(take));
  } catch {
    // Without room it lasts as long as the page.
  }
  return take;
}

/** The counts of the stock-take that is under way in this browser. */
export const useTake = create<Take>(read);

/** The place of a count: a SKU at a location. */
export const placeOf = ({ sku, location }: Pick<Count, 'sku' | 'location'>): string => `${location} ${sku}`;

/** Writes a count down; null takes it back. */
export function writeCount(place: Pick<Count, 'sku' | 'location'>, count: Count | null): void {
  useTake.setState(({ key, counts }) => {
    const { [placeOf(place)]: _before, ...others } = counts;
    return keep({ key, counts: count ? { ...others, [placeOf(place)]: count } : others });
  });
}

/** Ends the take; what could not be booked stays. */
export function endTake(left: readonly Pick<Count, 'sku' | 'location'>[] = []): void {
  useTake.setState(({ counts }) => {
    const places = new Set(left.map(placeOf));
    const kept = Object.entries(counts).filter(([place]) => places.has(place));
    return keep({ key: newKey(), counts: Object.fromEntries(kept) });
  });
}
