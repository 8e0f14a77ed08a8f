import { useQuery } from '@tanstack/react-query';
import type { ClientRow, PageView } from '#server/api/views.ts';
import { getJson } from '../../api/request.ts';

const most = 200;

/** The clients to choose from. */
export function useClients(): readonly ClientRow[] {
  const found = useQuery({
    queryKey: ['accounts', 'clients', most],
    queryFn: ({ signal }) => getJson<PageView<ClientRow>>('/clients', { limit: most }, signal),
  });
  return found.data?.items ?? [];
}
