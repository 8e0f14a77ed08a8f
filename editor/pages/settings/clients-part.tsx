import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientRow } from '#server/api/views.ts';
import { baseOf } from '../../address/client-address.ts';
import { patch, put } from '../../api/request.ts';
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
import { CheckField } from './check-field.tsx';

const words = settingsTexts.clients;
const keyOf = ({ id }: ClientRow): string => id;
const all = {};

/** The clients of the agency: opened, renamed, given a runner of their own, taken on. */
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

function Client({ client: { id, name: kept, demo, runner, createdAt } }: { client: ClientRow }) {
  const [edited, setEdited] = useState<{ readonly name: string; readonly own: boolean } | null>(null);
  const save = useChange(
    async ({ name, own }: { readonly name: string; readonly own: boolean }) => {
      if (name !== kept) await patch(`/clients/${id}`, { name });
      const wanted = own ? 'own' : 'shared';
      if (wanted !== runner) await put(`/clients/${id}/runner`, { runner: wanted });
    },
    { touches: ['accounts', 'session'], done: words.changed },
  );
  if (edited !== null) {
    return (
      <li className="border-b border-line px-4 py-3 last:border-0">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(edited, { onSuccess: () => setEdited(null) });
          }}
          className="flex flex-wrap items-end gap-2"
        >
          <TextField
            label={texts.account.clients.name}
            required
            autoFocus
            maxLength={120}
            value={edited.name}
            onChange={(name) => setEdited({ ...edited, name })}
            className="grow basis-48"
          />
          <Button
            look="primary"
            busy={save.isPending}
            onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}
          >
            {settingsTexts.save}
          </Button>
          <Button onClick={() => setEdited(null)}>{settingsTexts.cancel}</Button>
          <div className="basis-full">
            <CheckField
              label={words.ownRunner}
              about={words.ownRunnerAbout}
              checked={edited.own}
              onChange={(own) => setEdited({ ...edited, own })}
            />
          </div>
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
          {runner === 'own' && ` · ${words.ownRunner}`}
        </p>
      </div>
      {demo && (
        <StatusBadge tone="idle" icon={null}>
          {words.demo}
        </StatusBadge>
      )}
      <IconButton
        icon="mend"
        label={words.change(kept)}
        onClick={() => setEdited({ name: kept, own: runner === 'own' })}
      />
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
