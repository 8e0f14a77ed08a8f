import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { ConflictChoiceView, ConflictRow } from '#server/api/views.ts';
import { isNoAnswer, sentenceOf } from '../../api/problem.ts';
import { postForJson } from '../../api/request.ts';
import { newKey } from '../../api/request-key.ts';
import type { Topic } from '../../api/topics.ts';
import { say } from '../../ui/toast.tsx';

const touched: readonly Topic[] = ['conflicts', 'overview', 'orders', 'stock'];

/**
 * Decides about a conflict, says what came of it, and asks anew for what that changes. When no answer came, the same
 * choice is sent under the same key: if it was done, it is not done again.
 */
export function useDecide({ id }: ConflictRow) {
  const client = useQueryClient();
  const keys = useRef(new Map<string, string>());
  return useMutation({
    mutationFn: (choice: ConflictChoiceView) => {
      const key = keys.current.get(choice.id) ?? newKey();
      keys.current.set(choice.id, key);
      return postForJson<ConflictRow>(`/conflicts/${encodeURIComponent(id)}/decisions`, {
        ...choice.send,
        key,
      });
    },
    onSuccess: ({ state, outcome }) => say(state === 'open' ? 'bad' : 'ok', outcome),
    onError: (error) => say('bad', sentenceOf(error)),
    onSettled: async (_row, error, choice) => {
      if (!error || !isNoAnswer(error)) keys.current.delete(choice.id);
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
  });
}
