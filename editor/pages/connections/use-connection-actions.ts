import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CheckView, ConnectionView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { post, postForJson } from '../../api/request.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { say } from '../../ui/toast.tsx';

const words = connectionsTexts;
/** A shop that is overloaded answers late; the server waits half a minute for it. */
const lookMsMax = 45_000;

/** What a person can do with a connection: look at it, try it out, read its products anew, fetch orders of before. */
export function useConnectionActions({ id, name }: Pick<ConnectionView, 'id' | 'name'>) {
  const client = useQueryClient();
  const place = `/connections/${encodeURIComponent(id)}`;
  const settled = {
    onSettled: async () => {
      await Promise.all(
        ['connections', 'overview'].map((topic) => client.invalidateQueries({ queryKey: [topic] })),
      );
    },
    onError: (error: unknown) => say('bad', sentenceOf(error)),
  };
  const look = useMutation({
    mutationFn: () => postForJson<CheckView>(`${place}/checks`, {}, lookMsMax),
    onSuccess: ({ findings }) =>
      findings.length === 0
        ? say('ok', words.looked.ok(name))
        : say('bad', words.looked.bad(name, findings.length)),
    ...settled,
  });
  const readAnew = useMutation({
    mutationFn: () => post(`${place}/import`),
    onSuccess: () => say('ok', words.readAsked(name)),
    ...settled,
  });
  const lookBack = useMutation({
    mutationFn: (days: number) => post(`${place}/look-back`, { days }),
    onSuccess: (_answer, days) => say('ok', words.fetchAsked(name, days)),
    ...settled,
  });
  const test = useMutation({
    mutationFn: () => post(`${place}/test-message`),
    onSuccess: () => say('ok', words.testSent(name)),
    ...settled,
  });
  return { look, readAnew, lookBack, test };
}
