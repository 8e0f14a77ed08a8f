/**
 * Pages of long lists, each found in a bounded time however long the list is and whatever is looked for: by the condition
 * that few documents meet; where there is none, in the order of the list, a stretch of it at a time.
 */
import type { Document, Filter, FindCursor, IndexSpecification, Sort, WithId } from 'mongodb';
import { z } from 'zod';
import type { ClientCollection, ClientDocument } from '#runtime/database/client-collection.ts';
import { readCursor } from './paging.ts';

export interface PageLimits {
  /** So many documents are read and sorted in memory at once. */
  readonly fewMax: number;
  /** So many documents are looked through for one page, at most. */
  readonly stretch: number;
}
/** Some 50 and 150 ms of the embedded database. */
const LIMITS: PageLimits = { fewMax: 1_000, stretch: 5_000 };

type Stored = ClientDocument & { readonly _id: unknown };
/** Where a page ended: the value of the field by which the list is ordered, and the tie-breaker. */
export interface Position {
  readonly at: number | string;
  readonly id: string;
}

/** An order of a list, which an index has: by one field, and by `tie` among equals. */
export interface ListOrder<Doc> {
  readonly field: string;
  readonly direction: 1 | -1;
  readonly tie: '_id' | 'sku';
  readonly tieDirection: 1 | -1;
  readonly index: IndexSpecification;
  readonly kind: 'date' | 'number' | 'text';
  readonly positionOf: (document: Doc) => Position;
}

export interface Narrow<Doc> {
  readonly filter: Filter<Doc>;
  readonly index: IndexSpecification;
}

export interface Search<Doc> {
  readonly order: ListOrder<Doc>;
  /** Conditions on the very field of the order: they cost nothing. */
  readonly range?: Filter<Doc> | undefined;
  /** Conditions that an index answers without an order: whichever few documents meet is used. */
  readonly narrow: readonly Narrow<Doc>[];
  readonly projection?: Document;
}

export interface FoundPage<Doc> {
  readonly found: readonly Doc[];
  /** After which row the next page begins; null: there is none. It may be set even though fewer rows than asked for were found. */
  readonly next: Position | null;
}

/** @throws {Problem} 400 when the cursor is none of this order. */
export async function findPage<Doc extends Stored>(
  documents: ClientCollection<Doc>,
  search: Search<Doc>,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  { fewMax, stretch }: PageLimits = LIMITS,
): Promise<FoundPage<WithId<Doc>>> {
  const { order, range, narrow, projection } = search;
  const after = readCursor(POSITIONS[order.kind], cursor);
  const begin = [...(range ? [range] : []), ...(after ? [beyond(order, after)] : [])];
  const few = await fewest(documents, narrow, fewMax);
  const all = [...conditions(narrow, few), ...begin];
  const isWalk = !few && narrow.length > 0;
  const end = isWalk ? await endOfStretch(documents, order, begin, stretch) : null;
  const rows = await documents
    .find(allOf(end ? [...all, upTo(order, end)] : all), {
      ...(projection && { projection }),
      hint: few?.index ?? order.index,
    })
    .sort(sortOf(order))
    .limit(limit + 1)
    .toArray();
  const found = rows.slice(0, limit);
  const last = found.at(-1);
  const next = rows.length > limit && last ? order.positionOf(last as unknown as Doc) : end;
  return { found, next };
}

/** Everything that is found, as it is read: for whoever takes the whole list away. */
export async function findAll<Doc extends Stored>(
  documents: ClientCollection<Doc>,
  { order, range, narrow, projection }: Search<Doc>,
): Promise<FindCursor<WithId<Doc>>> {
  const few = await fewest(documents, narrow, LIMITS.fewMax);
  const all = [...conditions(narrow, few), ...(range ? [range] : [])];
  const hint = few?.index ?? order.index;
  return documents.find(allOf(all), { ...(projection && { projection }), hint }).sort(sortOf(order));
}

export function sortOf<Doc>({ field, direction, tie, tieDirection }: ListOrder<Doc>): Sort {
  return field === tie ? { [tie]: direction } : { [field]: direction, [tie]: tieDirection };
}

const POSITION_MAX = 8_640_000_000_000_000;
const id = z.string().max(400);
const whole = z.int().min(-POSITION_MAX).max(POSITION_MAX);
const POSITIONS = {
  date: z.object({ at: whole, id }),
  number: z.object({ at: whole, id }),
  text: z.object({ at: z.string().max(400), id }),
} as const;

/** Of several words the index begins at the first that is named: the one that few documents have. */
function conditions<Doc>(narrow: Search<Doc>['narrow'], first: Narrow<Doc> | null): Filter<Doc>[] {
  const others = narrow.filter((one) => one !== first);
  return [...(first ? [first] : []), ...others].map(({ filter }) => filter);
}

/** The condition that the fewest documents meet, if these are few. */
async function fewest<Doc extends Stored>(
  documents: ClientCollection<Doc>,
  narrow: Search<Doc>['narrow'],
  fewMax: number,
): Promise<Narrow<Doc> | null> {
  const counts = await Promise.all(
    narrow.map(async (one) => {
      const { filter, index } = one;
      const some = documents.find(filter, { projection: { _id: 1 }, hint: index, batchSize: fewMax + 1 });
      return { one, count: (await some.limit(fewMax + 1).toArray()).length };
    }),
  );
  const [least] = counts.filter(({ count }) => count <= fewMax).sort((a, b) => a.count - b.count);
  return least?.one ?? null;
}

/** The last row of the stretch that begins here; null: the list ends before. */
async function endOfStretch<Doc extends Stored>(
  documents: ClientCollection<Doc>,
  order: ListOrder<Doc>,
  begin: readonly Filter<Doc>[],
  stretch: number,
): Promise<Position | null> {
  const [last] = await documents
    .find(allOf(begin), { projection: { [order.field]: 1, [order.tie]: 1 }, hint: order.index })
    .sort(sortOf(order))
    .skip(stretch - 1)
    .limit(1)
    .toArray();
  return last ? order.positionOf(last as unknown as Doc) : null;
}

const beyond = <Doc>(order: ListOrder<Doc>, position: Position) => beside(order, position, 'after');
const upTo = <Doc>(order: ListOrder<Doc>, position: Position) => beside(order, position, 'up to');

/** The range on the field alone is what an index begins at; the rest decides among its equals. */
function beside<Doc>(order: ListOrder<Doc>, { at, id: tie }: Position, side: 'after' | 'up to'): Filter<Doc> {
  const value = order.kind === 'date' ? new Date(Number(at)) : at;
  const isAfter = side === 'after';
  const operator = (direction: 1 | -1) => ((direction === 1) === isAfter ? '$gt' : '$lt');
  if (order.field === order.tie) {
    return { [order.field]: { [`${operator(order.direction)}${isAfter ? '' : 'e'}`]: value } } as Filter<Doc>;
  }
  const other = { [`${operator(order.tieDirection)}${isAfter ? '' : 'e'}`]: tie };
  return {
    [order.field]: { [`${operator(order.direction)}e`]: value },
    $or: [
      { [order.field]: { [operator(order.direction)]: value } },
      { [order.field]: value, [order.tie]: other },
    ],
  } as Filter<Doc>;
}

function allOf<Doc>(filters: readonly Filter<Doc>[]): Filter<Doc> {
  return filters.length === 0 ? {} : ({ $and: [...filters] } as Filter<Doc>);
}
