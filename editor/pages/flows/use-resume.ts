import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PipelineRow } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import type { Topic } from '../../api/topics.ts';
import { texts } from '../../texts.ts';
import { say } from '../../ui/toast.tsx';

const touched: readonly Topic[] = ['pipelines', 'dead-letters', 'overview'];

/** Lets a paused flow run again, says so, and asks anew for what that changes. */
export function useResume({ id, name }: PipelineRow) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => post(`/pipelines/${encodeURIComponent(id)}/resume`),
    onSuccess: async () => {
      say('ok', texts.flows.resumed(name));
      await Promise.all(touched.map((topic) => client.invalidateQueries({ queryKey: [topic] })));
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}
