import type { ImportView, ListingDecisionView, ListingRow } from '#server/api/views.ts';
import { formatCount } from '../format/numbers.ts';
import { count } from './count.ts';

/** The sentences of the page on which products of shops are matched to SKUs. */
export const matching = {
  title: 'Products of the shops',
  about:
    'Each product belongs to a SKU of your stock: by its own SKU, else by its barcode, else as you say here. Until then nothing is sent to it.',
  view: 'Which products',
  views: { 'to-match': 'To match', duplicates: 'Twice', 'by-hand': 'By hand', all: 'All' },
  search: 'SKU or title',
  channel: 'Channel',
  allChannels: 'All channels',
  states: {
    'no-sku': 'No SKU',
    'unknown-sku': 'Unknown SKU',
    'duplicate-sku': 'SKU twice',
    'ambiguous-barcode': 'Several SKUs',
  } satisfies Record<NonNullable<ListingRow['problem']>, string>,
  by: { sku: 'By SKU', barcode: 'By barcode', person: 'By hand' } satisfies Record<
    NonNullable<ListingRow['matchedBy']>,
    string
  >,
  facts: ({ ownSku, shows }: ListingRow) =>
    [
      ownSku ? `SKU ${ownSku}` : 'no SKU',
      shows === null ? 'not counted' : `shows ${formatCount(shows)}`,
    ].join(' · '),
  sku: 'SKU of your stock',
  skuFor: (title: string) => `SKU of your stock for ${title}`,
  decisions: {
    match: 'Match',
    'take-in': 'Take into stock',
    'set-aside': 'Leave out',
    undo: 'Take back',
  } satisfies Record<ListingDecisionView, string>,
  decideOne: (decision: string, title: string) => `${decision}: ${title}`,
  decided: {
    match: (title: string) => `${title}: matched. The shop is told its stock now.`,
    'take-in': (title: string) => `${title}: is in your stock now, with what the shop counts.`,
    'set-aside': (title: string) => `${title}: left out. Nothing is sent to it.`,
    undo: (title: string) => `${title}: waits to be matched again.`,
  } satisfies Record<ListingDecisionView, (title: string) => string>,
  none: {
    'to-match': 'Every product is matched',
    duplicates: 'No SKU is used twice',
    'by-hand': 'Nothing was matched by hand',
    all: 'No products yet',
  },
  noneAbout: 'A shop’s products are read when it is connected, and once a day.',
  reading: ({ listings, progress }: Pick<ImportView, 'listings' | 'progress'>) =>
    `Reading products: ${formatCount(listings)} so far${progress === null ? '' : `, ${Math.floor(progress * 100)} %`}`,
  toMatch: (n: number) => count(n, 'product to match', 'products to match'),
};
