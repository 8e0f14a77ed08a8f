import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeadLetterRow } from '#server/api/views.ts';
import { Problem } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import type { Topic } from '../../api/topics.ts';
import { texts } from '../../texts.ts';
import { say } from '../../ui/toast.tsx';

const touched: readonly Topic[] = ['dead-letters', 'overview'];

/** Runs a dead letter again, says so, and asks anew for what that changes. */
export function useRetry({ id, subject }: DeadLetterRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => post(`/dead-letters/${encodeURIComponent(id)}/retry`),
    onSuccess: async () => {
      say('ok', texts.deadLetters.retried(subject));
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', error instanceof Problem ? error.detail : texts.problem.unexpected),
  });
}
