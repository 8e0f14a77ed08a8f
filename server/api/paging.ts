/** Lists by cursor: where the last row stood, as opaque text. */
import type { Filter } from 'mongodb';
import { z } from 'zod';
import { Problem } from '../problem.ts';
import type { PageView } from './views.ts';

const ROWS_DEFAULT = 50;
const ROWS_MAX = 200;
const SEARCH_CHARACTERS_MAX = 100;

/** The part of a query that all lists share. */
export const ListQuery = z.object({
  cursor: z.string().max(1_000).optional(),
  limit: z.coerce.number<string>().int().min(1).max(ROWS_MAX).default(ROWS_DEFAULT),
  search: z
    .string()
    .trim()
    .max(SEARCH_CHARACTERS_MAX)
    .regex(/^\P{Cc}*$/u, 'must be text without control characters')
    .optional(),
});

/** Reads a cursor that `pageOf` made. @throws {Problem} 400 on anything else. */
export function readCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string | undefined,
): z.infer<Schema> | null {
  if (cursor === undefined) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem(
      400,
      'The cursor is not right',
      'Take the cursor as the last page gave it, or start again without one.',
    );
  }
}

/**
 * The filter for what comes after a row in a list that is newest first, and by id among those of one moment.
 * @param field the time that the list is sorted by.
 * @param after the row's place; null: the list's beginning.
 */
export function olderThan<Document>(
  field: keyof Document & string,
  after: { readonly at: Date; readonly id: unknown } | null,
): Filter<Document> {
  if (!after) return {};
  const { at, id } = after;
  return { $or: [{ [field]: { $lt: at } }, { [field]: at, _id: { $lt: id } }] } as Filter<Document>;
}

/**
 * Makes a page of `limit + 1` found documents: the one too many only tells that there are more.
 * @param positionOf what the cursor must know of the last row that is shown.
 */
export function pageOf<Document, Row>(
  found: readonly Document[],
  limit: number,
  rowOf: (document: Document) => Row,
  positionOf: (document: Document) => unknown,
): PageView<Row> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last !== undefined;
  const next = more ? Buffer.from(JSON.stringify(positionOf(last))).toString('base64url') : null;
  return { items: shown.map(rowOf), next };
}

/** A page of rows that were found already, and where the next one begins. */
export function pageFrom<Row>(items: readonly Row[], next: unknown): PageView<Row> {
  return { items, next: next === null ? null : Buffer.from(JSON.stringify(next)).toString('base64url') };
}

/** Escapes text for a regular expression that shall find it as it stands. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
