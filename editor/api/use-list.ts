import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { PageView } from '#server/api/views.ts';
import { livePagesMax } from './live.ts';
import { joinPages } from './pages.ts';
import { getJson, type Query } from './request.ts';
import { useStandingError } from './standing-error.ts';
import type { Topic } from './topics.ts';

const pageSize = 50;

/** What a list page needs of its list. */
export interface List<Row> {
  readonly rows: readonly Row[];
  /** Nothing was received yet. */
  readonly loading: boolean;
  /** The rows are those of the filter before; the new ones are on their way. */
  readonly changing: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly more: (() => void) | null;
  readonly loadingMore: boolean;
  /** Set when there is something newer, and the list is too long to be changed under its reader. */
  readonly showNewer: (() => void) | null;
}

/**
 * A list of the API, page after page. `keyOf` names a row; it must be the same function at every call.
 * @param path where it stands, unless that is its topic.
 */
export function useList<Row>(
  topic: Topic,
  query: Query,
  keyOf: (row: Row) => string,
  path = `/${topic}`,
): List<Row> {
  const client = useQueryClient();
  const key = [topic, 'list', path, query] as const;
  const found = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      getJson<PageView<Row>>(path, { ...query, limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const pages = found.data?.pages;
  const rows = useMemo(() => joinPages(pages ?? [], keyOf), [pages, keyOf]);
  const long = (pages?.length ?? 0) > livePagesMax;
  // The server looks through a long list a stretch at a time: a page with little on it is no end.
  const last = pages?.at(-1);
  const goOn = !!last && last.next !== null && last.items.length < pageSize / 2 && rows.length < pageSize;
  const { isFetching, fetchNextPage } = found;
  useEffect(() => {
    if (goOn && !isFetching) void fetchNextPage();
  }, [goOn, isFetching, fetchNextPage]);

  function showNewer(): void {
    client.setQueryData<InfiniteData<PageView<Row>, string | null>>(
      key,
      (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    );
    void found.refetch();
    scrollTo({ top: 0 });
  }

  return {
    rows,
    loading: found.isPending || (goOn && rows.length === 0),
    changing: found.isPlaceholderData,
    error: useStandingError(found.error, found.data !== undefined),
    retry: () => void found.refetch(),
    more: found.hasNextPage ? () => void found.fetchNextPage() : null,
    loadingMore: found.isFetchingNextPage,
    showNewer: long && found.isStale ? showNewer : null,
  };
}
