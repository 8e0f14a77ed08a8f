/**
 * Of documents that a query answered: each once, as it came last. A document that is changed while an index is read may be
 * moved to where the reading has not come yet, and is met again there (MongoDB's manual, "Read Isolation, Consistency, and
 * Recency": a cursor may return the same document more than once).
 */
export function eachOnce<Doc extends { readonly _id: string }>(documents: readonly Doc[]): Doc[] {
  return [...new Map(documents.map((document) => [document._id, document])).values()];
}
