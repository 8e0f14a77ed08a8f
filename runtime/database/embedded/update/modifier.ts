/** What every update operator is: its argument is checked once, then it changes one place of a document. */
import type { Doc, Value } from '../bson/values.ts';
import type { FilterContext } from '../filter/filter.ts';
import type { Place } from './place.ts';

/** What an operator may need to know of the document that it changes. */
export interface Target {
  doc: Doc;
  /** The concrete path, for messages. */
  path: string;
  /** One instant for the whole command. */
  now: Date;
}
export type Change = (place: Place, target: Target) => void;
export interface Modifier {
  /** Makes the place and the documents above it when they are missing; otherwise a missing place is left alone. */
  makesPlace: boolean;
  /** Only for the document that an upsert inserts. */
  onInsertOnly?: boolean;
  compile(argument: Value, path: string, context: FilterContext): Change;
}
