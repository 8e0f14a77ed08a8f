import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut, Problem } from './problem.ts';

const retriesMax = 2;

/** A 4xx is an answer; asking again would not change it. */
const worthAnother = (failures: number, error: Error): boolean =>
  failures < retriesMax && !(error instanceof Problem && error.status >= 400 && error.status < 500);

/** What was asked stays fresh until the server says otherwise: see live.ts. */
export const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (isSignedOut(error) && query.queryKey[0] !== 'session') {
        void client.invalidateQueries({ queryKey: ['session'] });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The page is also used on machines without any network but this server.
      networkMode: 'always',
      retry: worthAnother,
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 8000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
