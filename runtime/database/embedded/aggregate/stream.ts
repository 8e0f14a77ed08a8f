/** Streams of documents between stages. A pause in the source goes through every stage to the reader. */
import type { Doc } from '../bson/values.ts';
import { fail } from '../errors.ts';
import { PAUSE } from '../pause.ts';

export type Stream = Iterable<Doc | typeof PAUSE>;
export type Stage = (input: Stream) => Stream;

/** What a stage that needs all documents at once may hold. */
const GATHERED_MAX = 1_000_000;

/** Each document becomes any number of documents. */
export function flatMap(change: (doc: Doc) => Iterable<Doc>): Stage {
  return function* (input) {
    for (const doc of input) {
      if (doc === PAUSE) yield doc;
      else yield* change(doc);
    }
  };
}

/** Each document becomes one document. */
export function map(change: (doc: Doc) => Doc): Stage {
  return function* (input) {
    for (const doc of input) yield doc === PAUSE ? doc : change(doc);
  };
}

/** All documents at once. */
export function gather(change: (docs: Doc[]) => Iterable<Doc>): Stage {
  return function* (input) {
    const docs: Doc[] = [];
    for (const doc of input) {
      if (doc === PAUSE) yield doc;
      else docs.push(doc);
      if (docs.length > GATHERED_MAX) {
        fail(
          'QueryExceededMemoryLimitNoDiskUseAllowed',
          `a stage would hold more than ${GATHERED_MAX} documents in memory`,
        );
      }
    }
    yield* change(docs);
  };
}

/** Feeds every document to `take`, then gives out what `finish` made of them. */
export function reduce(start: () => { take(doc: Doc): void; finish(): Iterable<Doc> }): Stage {
  return function* (input) {
    const { take, finish } = start();
    for (const doc of input) {
      if (doc === PAUSE) yield doc;
      else take(doc);
    }
    yield* finish();
  };
}

/** The documents of a stream whose reader can't rest. */
export function* withoutPauses(input: Stream): Generator<Doc> {
  for (const doc of input) if (doc !== PAUSE) yield doc;
}
