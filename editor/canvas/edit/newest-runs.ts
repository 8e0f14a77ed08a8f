import { useQuery } from '@tanstack/react-query';
import type { ExecutionRow, ExecutionView, PageView } from '#server/api/views.ts';
import { getJson } from '../../api/request.ts';

const runsShown = 5;

/** The newest runs of a flow, with what went in and out of their nodes. */
export const useNewestRuns = (flow: string) =>
  useQuery({
    queryKey: ['executions', 'of-flow', flow],
    queryFn: async ({ signal }) => {
      const { items } = await getJson<PageView<ExecutionRow>>(
        '/executions',
        { pipeline: flow, limit: runsShown },
        signal,
      );
      return await Promise.all(
        items.map(({ id }) => getJson<ExecutionView>(`/executions/${encodeURIComponent(id)}`, {}, signal)),
      );
    },
  });
