/** Cursor pagination: one page of a connection. */
import { GraphQLError } from 'graphql';

const FIRST_MAX = 250;

export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** How many are asked for. @throws {GraphQLError} as Shopify does for none or more than 250. */
export function pageSize({ first }: PageArguments): number {
  if (first == null) throw new GraphQLError('you must provide one of first or last');
  if (first < 0 || first > FIRST_MAX) throw new GraphQLError(`first must be between 0 and ${FIRST_MAX}`);
  return first;
}

/** What `after` points behind: the numbers that `cursorOf` put in; `start` where there is none. */
export function placeAfter({ after }: PageArguments, start: readonly number[]): readonly number[] {
  if (after == null) return start;
  const text = Buffer.from(after, 'base64url').toString('latin1');
  const numbers = text.split(',').map(Number);
  if (!/^-?\d{1,15}(,\d{1,15})*$/.test(text) || numbers.length !== start.length)
    throw new GraphQLError(`Invalid cursor for current pagination sort: ${after.slice(0, 100)}.`);
  return numbers;
}

function cursorOf(numbers: readonly number[]): string {
  return Buffer.from(numbers.join(',')).toString('base64url');
}

/** A connection of `rows`, of which one more than `size` was looked up to see whether there is a next page. */
export function connection<Row, Node>(
  rows: readonly Row[],
  size: number,
  placeOf: (row: Row) => readonly number[],
  nodeOf: (row: Row) => Node,
) {
  const shown = rows.slice(0, size);
  const [first, last] = [shown.at(0), shown.at(-1)];
  return {
    nodes: shown.map(nodeOf),
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: false,
      startCursor: first ? cursorOf(placeOf(first)) : null,
      endCursor: last ? cursorOf(placeOf(last)) : null,
    },
  };
}

/** A page of things that are numbered from 0 to `count`. */
export function indexPage(count: number, page: PageArguments, node: (index: number) => unknown) {
  const size = pageSize(page);
  const [last = -1] = placeAfter(page, [-1]);
  const length = Math.max(Math.min(size + 1, count - last - 1), 0);
  const indexes = Array.from({ length }, (_, offset) => last + 1 + offset);
  return connection(indexes, size, (index) => [index], node);
}
