import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { MadeView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { postForJson } from '../../api/request.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { say } from '../../ui/toast.tsx';

/** Makes an empty flow, and opens it. */
export function NewFlow() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () => postForJson<MadeView>('/pipelines', { name: texts.flows.newName }),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: ['pipelines'] });
      await navigate(`/flows/${encodeURIComponent(id)}`);
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
  return (
    <Button look="primary" icon="zoomIn" busy={make.isPending} onClick={() => make.mutate()}>
      {texts.flows.make}
    </Button>
  );
}
