import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SharingView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post } from '../../api/request.ts';
import { sharing as sharingTexts } from '../../texts-of-sharing.ts';
import { say } from '../../ui/toast.tsx';

/** Saves the rules, says so, and asks anew for what they change. */
export function useSaveSharing() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ usual, exceptions, revision }: Pick<SharingView, 'usual' | 'exceptions' | 'revision'>) =>
      post('/sharing', { usual, exceptions, seenRevision: revision }),
    onSuccess: async () => {
      say('ok', sharingTexts.saved);
      await client.invalidateQueries({ queryKey: ['stock'] });
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
}
