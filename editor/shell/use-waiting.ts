import type { NeedView } from '#server/api/views.ts';
import { useOverview } from '../api/queries.ts';

/** How many of a kind wait for a person; 0 as long as that is not known. */
export function useWaiting(): (kind: NeedView['kind'] | undefined) => number {
  const needs = useOverview().data?.needs ?? [];
  return (kind) => needs.reduce((sum, need) => (need.kind === kind ? sum + need.count : sum), 0);
}
