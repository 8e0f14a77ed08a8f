import { useMutation, useQueryClient } from '@tanstack/react-query';
import { say } from '../ui/toast.tsx';
import { isOutdated, sentenceOf } from './problem.ts';
import type { Topic } from './topics.ts';

/**
 * Something that a press on a button changes: says what came of it, and asks anew for what it touches.
 * @param done what is said then; null: it shows by itself.
 * @param outdated called where somebody else was first, when the newest is there.
 */
export function useChange<Given, Answer>(
  change: (given: Given) => Promise<Answer>,
  {
    touches,
    done,
    outdated,
  }: {
    readonly touches: readonly (Topic | 'session')[];
    readonly done: string | null;
    readonly outdated?: () => void;
  },
) {
  const client = useQueryClient();
  const askAnew = () => Promise.all(touches.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      if (done !== null) say('ok', done);
      await askAnew();
    },
    onError: async (error) => {
      say('bad', sentenceOf(error));
      if (!isOutdated(error)) return;
      await askAnew();
      outdated?.();
    },
  });
}
