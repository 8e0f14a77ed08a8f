/** The shapes of what the API says of stock and of why a listing shows its number; part of views.ts. */
import { z } from 'zod';
import { list, moment, part, view } from '../view.ts';
import { ConnectionNameView, Tone } from './basic-views.ts';

export const StockRow = view('StockRow', {
  sku: z.string(),
  title: z.string(),
  onHand: z.int(),
  reserved: z.int(),
  available: z.int(),
  low: z.boolean(),
  locations: list(part({ id: z.string(), onHand: z.int(), reserved: z.int() })),
  changedAt: moment,
  listings: list(
    part({
      id: z.string(),
      connectionId: z.string(),
      location: z.string().nullable().describe('Whose count it shows; null: that of all your locations'),
      shown: z.int().describe('What the channel shows, as far as we know'),
      desired: z.int(),
      state: z.enum(['in-step', 'waiting', 'checking', 'refused']),
    }),
  ),
});
export type StockRow = z.infer<typeof StockRow>;

export const CorrectionView = view('Correction', {
  repeated: z.boolean().describe('The key was used before: nothing changed now'),
  level: part({
    sku: z.string(),
    title: z.string(),
    onHand: z.int(),
    available: z.int(),
    version: z.int().describe('To be sent with a count as `seenVersion`'),
  }),
});

export const StockPreviewView = view('StockPreview', {
  changes: list(
    part({
      line: z.int(),
      sku: z.string(),
      title: z.string(),
      location: z.string(),
      seen: z.int().describe('On hand there now'),
      quantity: z.int(),
    }),
  ),
  unchanged: z.int().describe('Lines that agree with the stock'),
  wrong: list(part({ line: z.int(), text: z.string() })).describe('Lines that will be left out'),
});
export type StockPreviewView = z.infer<typeof StockPreviewView>;

export const StockListView = view('StockList', {
  booked: z.int(),
  before: z.int().describe('Lines that were booked before, with the same key'),
  unchanged: z.int(),
  refused: list(part({ sku: z.string(), location: z.string(), text: z.string() })),
});
export type StockListView = z.infer<typeof StockListView>;

export const WhyView = view('Why', {
  listing: part({ id: z.string(), sku: z.string(), title: z.string(), connection: ConnectionNameView }),
  at: moment,
  past: z.boolean(),
  shows: z.int().nullable().describe('null: nothing is known of that time'),
  desired: z.int(),
  sentence: z.string().describe('"Shopify shows 7: 10 available, 3 kept back."'),
  steps: list(part({ text: z.string(), units: z.int() })).describe(
    'From the shelf to the channel: each step with what it leaves',
  ),
  notes: list(part({ tone: Tone, text: z.string() })).describe('What is on its way or waits, in words'),
  movements: list(
    part({
      at: moment,
      text: z.string(),
      change: z.int(),
      availableAfter: z.int(),
      order: part({ id: z.string(), number: z.string() }).nullable(),
      runs: list(
        part({
          id: z.string(),
          pipelineId: z.string(),
          pipeline: z.string(),
          ms: z.number(),
          failed: z.boolean(),
        }),
      ),
    }),
  ),
});
export type WhyView = z.infer<typeof WhyView>;
