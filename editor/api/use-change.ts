import { useMutation, useQueryClient } from '@tanstack/react-query';
import { say } from '../ui/toast.tsx';
import { sentenceOf } from './problem.ts';
import type { Topic } from './topics.ts';

/**
 * Something that a press on a button changes: says what came of it, and asks anew for what it touches.
 * @param done what is said then; null: it shows by itself.
 */
export function useChange<Given, Answer>(
  change: (given: Given) => Promise<Answer>,
  { touches, done }: { readonly touches: readonly (Topic | 'session')[]; readonly done: string | null },
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      if (done !== null) say('ok', done);
      await Promise.all(touches.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}
