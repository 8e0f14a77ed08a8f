/** What happens to documents and collections, as those are told who follow it: transactions and change streams. */
import type { Doc } from '../bson/values.ts';
import type { Collection } from './collection.ts';

export interface DocumentChange {
  kind: 'insert' | 'update' | 'replace' | 'delete';
  collection: Collection;
  rid: number;
  /** The stored bytes before and after; undefined where there is no document. */
  before: Uint8Array | undefined;
  after: Uint8Array | undefined;
}
/** A change of the catalog. */
export interface CatalogChange {
  kind: 'create' | 'createIndexes' | 'dropIndexes' | 'modify' | 'rename' | 'drop' | 'dropDatabase';
  /** `<database>.<collection>`, or the name of a database. */
  namespace: string;
  /** Fields of the event that only this kind has. */
  details?: Doc;
}
export type Change = DocumentChange | CatalogChange;
/** Is told of every change before it is known whether the change is kept. */
export type Observer = (change: Change) => void;

export function isDocumentChange(change: Change): change is DocumentChange {
  return 'rid' in change;
}
