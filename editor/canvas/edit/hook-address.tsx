import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { HookAddressRow, NewHookAddressView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { getJson, postForJson } from '../../api/request.ts';
import { hookWords as words } from '../../texts/hook-address.ts';
import { Button } from '../../ui/button.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { say } from '../../ui/toast.tsx';
import { flowPath } from './flow-queries.ts';
import { useFlow } from './flow-state.ts';

/** The address at which others start the flow, and a way to get a new one with a new secret. */
export function HookAddress({ node }: { node: string }) {
  const flow = useFlow((state) => state.id);
  const client = useQueryClient();
  const key = ['pipelines', 'addresses', flow];
  const { data } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => getJson<readonly HookAddressRow[]>(flowPath(flow, '/addresses'), {}, signal),
  });
  const [made, setMade] = useState<NewHookAddressView | null>(null);
  const make = useMutation({
    mutationFn: () => postForJson<NewHookAddressView>(flowPath(flow, '/addresses'), { nodeId: node }),
    onSuccess: async (view) => {
      setMade(view);
      await client.invalidateQueries({ queryKey: key });
    },
    onError: (error) => say('bad', sentenceOf(error)),
  });
  const address = data?.find(({ nodeId }) => nodeId === node);
  return (
    <section aria-label={words.title} className="grid gap-2">
      <h3 className="text-xs font-medium text-quiet">{words.title}</h3>
      {address ? (
        <code className="rounded-md bg-sunken px-2 py-1.5 font-mono text-xs break-all select-all">
          {address.url}
        </code>
      ) : (
        <p className="text-sm text-quiet">{words.none}</p>
      )}
      {made && <ShownOnce text={made.secret} about={words.secret} />}
      <Button disabled={make.isPending} onClick={() => make.mutate()}>
        {address ? words.again : words.make}
      </Button>
      <p className="text-xs text-pretty text-quiet">{words.about}</p>
    </section>
  );
}
