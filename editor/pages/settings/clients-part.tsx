import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientRow } from '#server/api/views.ts';
import { baseOf } from '../../address/client-address.ts';
import { patch } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { shortDate } from '../../format/times.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { NewClientForm } from '../sign-in/new-client-form.tsx';

const words = settingsTexts.clients;
const keyOf = ({ id }: ClientRow): string => id;
const all = {};

/** The clients of the agency: opened, renamed, taken on. */
export default function ClientsPart() {
  const client = useQueryClient();
  const list = useList<ClientRow>('accounts', all, keyOf, '/clients');
  const refresh = () =>
    Promise.all(['accounts', 'session'].map((topic) => client.invalidateQueries({ queryKey: [topic] })));
  return (
    <div className="grid items-start gap-4 *:min-w-0 lg:grid-cols-[1.6fr_1fr]">
      <div>
        <ListPanel
          list={list}
          empty={
            <EmptyState icon="channels" title={words.none}>
              {words.noneAbout}
            </EmptyState>
          }
        >
          <ul>
            {list.rows.map((row) => (
              <Client key={row.id} client={row} />
            ))}
          </ul>
        </ListPanel>
      </div>
      <Panel title={words.add}>
        <div className="p-4">
          <NewClientForm onMade={() => void refresh()} />
        </div>
      </Panel>
    </div>
  );
}

function Client({ client: { id, name: kept, demo, createdAt } }: { client: ClientRow }) {
  const [name, setName] = useState<string | null>(null);
  const rename = useChange(() => patch(`/clients/${id}`, { name }), {
    touches: ['accounts', 'session'],
    done: words.renamed,
  });
  if (name !== null) {
    return (
      <li className="border-b border-line px-4 py-3 last:border-0">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            rename.mutate(undefined, { onSuccess: () => setName(null) });
          }}
          className="flex flex-wrap items-end gap-2"
        >
          <TextField
            label={texts.account.clients.name}
            required
            autoFocus
            maxLength={120}
            value={name}
            onChange={setName}
            className="grow basis-48"
          />
          <Button
            look="primary"
            busy={rename.isPending}
            onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}
          >
            {settingsTexts.save}
          </Button>
          <Button onClick={() => setName(null)}>{settingsTexts.cancel}</Button>
        </form>
      </li>
    );
  }
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{kept}</p>
        <p className="text-xs text-quiet">
          {words.since} {shortDate(Date.parse(createdAt))}
        </p>
      </div>
      {demo && (
        <StatusBadge tone="idle" icon={null}>
          {words.demo}
        </StatusBadge>
      )}
      <IconButton icon="mend" label={words.rename(kept)} onClick={() => setName(kept)} />
      <a
        href={`${baseOf(id)}/`}
        className="inline-flex min-h-9 items-center rounded-lg px-2 font-medium text-accent hover:underline"
      >
        {words.open}
        <span className="sr-only"> {kept}</span>
      </a>
    </li>
  );
}
