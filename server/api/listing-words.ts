/** What a listing's match is called in a sentence, and what a person may decide about it. */
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import type { ListingDecisionView } from './views.ts';

/** @param couldBe SKUs that its barcode belongs to. */
export function sentenceOf(
  { sku, ownSku, barcode, matchedBy, problem, tracked }: ListingDocument,
  couldBe: readonly string[],
): string {
  switch (problem) {
    case 'no-sku':
      return barcode
        ? `It has no SKU in the shop, and nothing else is known by its barcode ${barcode}.`
        : 'It has neither a SKU nor a barcode in the shop.';
    case 'unknown-sku':
      return `The stock holds no "${ownSku ?? sku}", and it is known by no barcode.`;
    case 'ambiguous-barcode':
      return `Its barcode belongs to several SKUs: ${couldBe.join(', ')}.`;
    case 'duplicate-sku':
      return `Another product of this shop belongs to "${sku}" too. Both show its stock, but a sale does not tell which of the two it lowered: give each its own SKU in the shop, or leave one out.`;
  }
  if (!tracked) return 'The shop does not count it, so nothing is sent to it.';
  if (matchedBy === 'person')
    return sku === null
      ? 'Left out, as you said: nothing is sent to it.'
      : `Belongs to "${sku}", as you said.`;
  return matchedBy === 'barcode' ? `Belongs to "${sku}" by its barcode.` : `Belongs to "${sku}" by its SKU.`;
}

export function decisionsOf({ matchedBy, problem, tracked }: ListingDocument): ListingDecisionView[] {
  if (!tracked) return [];
  if (matchedBy === 'person' && problem !== 'duplicate-sku') return ['match', 'undo'];
  const always = ['match', 'set-aside'] as const;
  if (problem === 'unknown-sku') return ['take-in', ...always];
  return matchedBy === 'person' ? [...always, 'undo'] : [...always];
}
