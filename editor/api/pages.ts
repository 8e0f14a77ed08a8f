import type { PageView } from '#server/api/views.ts';

/**
 * The rows of all pages in their order, each once: while a list changes, a row can slip from one page to the
 * next between two requests.
 */
export function joinPages<Row>(pages: readonly PageView<Row>[], keyOf: (row: Row) => string): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const page of pages) {
    for (const row of page.items) {
      const key = keyOf(row);
      if (!rows.has(key)) rows.set(key, row);
    }
  }
  return [...rows.values()];
}
