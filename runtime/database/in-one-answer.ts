/**
 * Options of a query that has no more than so many documents: all of them come in the first answer. Left to itself a
 * database sends 101 at first, and the others when it is asked again.
 */
export function inOneAnswer(documentsMax: number): { readonly batchSize: number } {
  // One more than there can be: then it is seen at once that no more will come.
  return { batchSize: documentsMax + 1 };
}
