/** WordPress's paging: `page`, `per_page`, `_fields`, and the totals in headers. */
import type { ApiAnswer, ApiRequest } from './reply.ts';
import { invalidParameter } from './wordpress-error.ts';

const PER_PAGE_MAX = 100;

export interface Page {
  readonly number: number;
  readonly size: number;
  readonly offset: number;
}

export function pageOf({ query }: ApiRequest): Page {
  const size = integer(query.per_page, 10);
  if (size === null || size < 1 || size > PER_PAGE_MAX) {
    throw invalidParameter(
      'per_page',
      `per_page must be between 1 (inclusive) and ${PER_PAGE_MAX} (inclusive)`,
    );
  }
  const number = integer(query.page, 1);
  if (number === null || number < 1)
    throw invalidParameter('page', 'page must be greater than or equal to 1');
  const skipped = integer(query.offset, 0);
  if (skipped === null) throw invalidParameter('offset', 'offset is not of type integer.');
  // An offset takes the place of the page number, as in WP_Query.
  return { number, size, offset: query.offset === undefined ? (number - 1) * size : skipped };
}

function integer(text: string | undefined, otherwise: number): number | null {
  if (text === undefined) return otherwise;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** `include=1,2`: null when it is not given. */
export function idList(text: string | undefined): number[] | null {
  if (!text) return null;
  return text.split(/[\s,]+/).flatMap((each) => (/^\d{1,15}$/.test(each) ? [Number(each)] : []));
}

/** One page of rows that are in ascending order, without a copy of the rest. */
export function window<T>(rows: readonly T[], page: Page, ascending: boolean): { rows: T[]; total: number } {
  const total = rows.length;
  if (ascending) return { rows: rows.slice(page.offset, page.offset + page.size), total };
  const end = Math.max(total - page.offset, 0);
  return { rows: rows.slice(Math.max(end - page.size, 0), end).reverse(), total };
}

/** The rows of one page with the totals; `next` and `prev` take the place of the usual Link header. */
export function listAnswer(
  collection: string,
  request: ApiRequest,
  page: Page,
  rows: object[],
  total: number,
): ApiAnswer {
  const pages = Math.ceil(total / page.size);
  const link = (number: number, rel: string) => {
    const query = new URLSearchParams({ ...request.query, page: String(number) });
    return `<${collection}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page.number > 1 ? [link(Math.min(page.number - 1, pages), 'prev')] : []),
    ...(page.number < pages ? [link(page.number + 1, 'next')] : []),
  ];
  return {
    body: rows.map((row) => withFields(request, row)),
    headers: {
      'X-WP-Total': String(total),
      'X-WP-TotalPages': String(pages),
      ...(links.length > 0 ? { Link: links.join(', ') } : {}),
    },
  };
}

/** Leaves the fields that `_fields` names, if it names any. */
export function withFields({ query }: ApiRequest, row: object): object {
  const wanted = query._fields?.split(',').map((field) => field.trim());
  if (!wanted) return row;
  return Object.fromEntries(Object.entries(row).filter(([field]) => wanted.includes(field)));
}
