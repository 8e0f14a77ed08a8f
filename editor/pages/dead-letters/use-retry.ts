import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { DeadLetterRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import type { Topic } from '../../api/topics.ts';
import { deadLetters as deadLettersTexts } from '../../texts/dead-letters.ts';
import { say } from '../../ui/toast.tsx';

const touched: readonly Topic[] = ['dead-letters', 'overview'];

function useRun(run: () => Promise<void>, said: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async () => {
      say('ok', said);
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}

/** Runs a dead letter again, says so, and asks anew for what that changes. */
export const useRetry = ({ id, subject }: DeadLetterRow) =>
  useRun(() => post(`/dead-letters/${encodeURIComponent(id)}/retry`), deadLettersTexts.retried(subject));

/** Runs every dead letter again. */
export const useRetryAll = () =>
  useRun(() => post('/dead-letters/retry', { all: true }), deadLettersTexts.retriedAll);

/** Runs those that were chosen again. */
export const useRetryChosen = (ids: readonly string[]) =>
  useRun(() => post('/dead-letters/retry', { ids }), deadLettersTexts.retriedMany(ids.length));
