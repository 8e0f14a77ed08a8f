/** The documents of a `find` as bytes: those that need no projection go out as they are stored. */
import { encode } from '../bson/encode.ts';
import type { Doc } from '../bson/values.ts';
import { type IDLE, PAUSE } from '../pause.ts';
import { compileFindProjection } from '../projection/find-projection.ts';
import type { Collection } from '../storage/collection.ts';
import { docOf } from '../storage/scan.ts';
import { type Selection, select } from './select.ts';

/** Only a stream without an end is ever idle. */
export type Documents = Generator<Uint8Array | typeof PAUSE | typeof IDLE, void>;

export function find(
  collection: Collection | undefined,
  selection: Selection,
  projection: Doc | undefined,
): Documents {
  const { environment } = selection;
  const compiled =
    projection && Object.keys(projection).length > 0
      ? compileFindProjection(projection, environment.compile, environment.filterContext)
      : undefined;
  const rows = select(collection, { ...selection, wantsPosition: compiled?.usesPosition ?? false });
  return (function* documents(): Documents {
    for (const row of rows) {
      if (row === PAUSE || !compiled) yield row === PAUSE ? row : row.bytes;
      else if (compiled.ofBytes) yield compiled.ofBytes(row.bytes);
      else yield encode(compiled.apply(docOf(row), { position: row.position }));
    }
  })();
}
