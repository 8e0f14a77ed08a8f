import { useQuery } from '@tanstack/react-query';
import type { ExecutionOfClient } from '#server/api/views.ts';
import { baseOf } from '../../address/client-address.ts';
import { useSession } from '../../api/queries.ts';
import { getJson } from '../../api/request.ts';
import { executions as executionsTexts } from '../../texts/executions.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';

const words = executionsTexts;
const charactersMin = 2;

/** What the same search finds with other clients: an order number is looked for before one knows whose it is. */
export function OtherClients({ search }: { search: string }) {
  const session = useSession().data;
  const several = (session?.clients.length ?? 0) > 1;
  const { data } = useQuery({
    queryKey: ['executions', 'everywhere', search],
    queryFn: ({ signal }) =>
      getJson<readonly ExecutionOfClient[]>('/everywhere/executions', { search }, signal),
    enabled: several && search.trim().length >= charactersMin,
  });
  const others = (data ?? []).filter(({ client }) => client.id !== session?.client?.id);
  if (others.length === 0) return null;
  return (
    <Panel title={words.otherClients} className="mb-4">
      <ul>
        {others.map(({ client, execution: { id, subject, pipeline, state, at } }) => (
          <li key={id} className="flex items-baseline gap-3 border-t border-line px-4 py-2 first:border-0">
            <a
              href={`${baseOf(client.id)}/executions/${encodeURIComponent(id)}?search=${encodeURIComponent(search)}`}
              className="min-w-0 truncate font-medium text-accent hover:underline"
            >
              {subject === '' ? words.noSubject : subject}
            </a>
            <span className="min-w-0 grow truncate text-sm">
              {client.name} <span className="text-quiet">· {pipeline.name}</span>
            </span>
            <StatusMark tone={state === 'done' ? 'ok' : 'bad'} small>
              {words.states[state]}
            </StatusMark>
            <Ago at={at} className="text-xs text-quiet" />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
