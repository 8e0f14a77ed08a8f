/** What the ledger says of one SKU at one moment: the answer of every stock operation, and what is published. */
import { z } from 'zod';
import { Sku } from '../ids.ts';
import type { StockHead } from './stock-document.ts';

const LevelAt = z.object({ onHand: z.int(), reserved: z.int(), available: z.int() });

export const StockLevel = z.object({
  sku: Sku,
  title: z.string(),
  /** Units physically there, over all locations. */
  onHand: z.int(),
  /** Promised to orders that are not committed yet. */
  reserved: z.int(),
  /** `onHand - reserved`: what may still be sold. */
  available: z.int(),
  /** Sold beyond what was there, and not filled yet. */
  backordered: z.int(),
  byLocation: z.record(z.string(), LevelAt),
  /** Parts of the channels, by connection; absent: every channel sells from all that is available. */
  quotas: z.record(z.string(), z.int()).optional(),
  /** Grows by one at every change of the SKU: of two levels the one with the higher version is newer. */
  version: z.int().min(0),
  /**
   * For each connection: units that the channel has taken from its own count by its own sales, less what it
   * put back, since the SKU exists; also by location, where it counts at several (taken.ts). `pushed - (taken now - taken at the push)` is what the channel must show.
   */
  taken: z.record(z.string(), z.int()),
});
export type StockLevel = z.infer<typeof StockLevel>;

export function levelOf(head: Omit<StockHead, 'reservations' | 'backorders' | 'lastSale'>): StockLevel {
  const { sku, title, onHand, reserved, available, backordered, locations, quotas, version, taken } = head;
  return {
    sku,
    title,
    onHand,
    reserved,
    available,
    backordered,
    byLocation: { ...locations },
    ...(quotas ? { quotas: { ...quotas } } : {}),
    version,
    taken: { ...taken },
  };
}
