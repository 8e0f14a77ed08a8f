import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { OutboxDecisionView, OutboxRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import type { Topic } from '../../api/topics.ts';
import { outbox as outboxTexts } from '../../texts/outbox.ts';
import { say } from '../../ui/toast.tsx';

const touched: readonly Topic[] = ['outbox', 'overview'];

/** Takes a decision about a message, says so, and asks anew for what that changes. */
export function useDecision({ id, subject }: OutboxRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: OutboxDecisionView) =>
      post(`/outbox/${encodeURIComponent(id)}/decision`, { decision }),
    onSuccess: async (_answer, decision) => {
      say('ok', outboxTexts.decided[decision](subject));
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}
