import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ListingDecisionView, ListingRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import type { Topic } from '../../api/topics.ts';
import { texts } from '../../texts.ts';
import { say } from '../../ui/toast.tsx';

type Decision =
  | { readonly decision: 'match'; readonly sku: string }
  | { readonly decision: Exclude<ListingDecisionView, 'match'> };

const touched: readonly Topic[] = ['stock', 'connections', 'orders', 'overview'];

/** Takes a decision about a product of a shop, says so, and asks anew for what that changes. */
export function useDecideListing({ id, title }: ListingRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: Decision) => post(`/listings/${encodeURIComponent(id)}/decision`, decision),
    onSuccess: async (_answer, { decision }) => {
      say('ok', texts.matching.decided[decision](title));
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}
