import { useState } from 'react';
import type { ApiKeyRow } from '#server/api/views.ts';
import { remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { useList } from '../../api/use-list.ts';
import { shortDate } from '../../format/times.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Ago } from '../../ui/time.tsx';
import { NewKeyForm } from './new-key-form.tsx';

const words = settingsTexts.keys;
const keyOf = ({ id }: ApiKeyRow): string => id;
const all = {};

/** Keys for programs: what each may, when it was used last, and its end. */
export default function KeysPart() {
  const list = useList<ApiKeyRow>('accounts', all, keyOf, '/keys');
  return (
    <>
      <p className="mb-4 text-pretty text-quiet">
        {words.about}{' '}
        <a href="/api/v1/docs" className="rounded font-medium text-accent underline">
          {words.docs}
        </a>
      </p>
      <div className="grid items-start gap-4 *:min-w-0 lg:grid-cols-[1.6fr_1fr]">
        <div>
          <ListPanel
            list={list}
            empty={
              <EmptyState icon="plug" title={words.none}>
                {words.noneAbout}
              </EmptyState>
            }
          >
            <ul>
              {list.rows.map((row) => (
                <Key key={row.id} row={row} />
              ))}
            </ul>
          </ListPanel>
        </div>
        <Panel title={words.make}>
          <div className="p-4">
            <NewKeyForm />
          </div>
        </Panel>
      </div>
    </>
  );
}

function Key({ row }: { row: ApiKeyRow }) {
  const { id, name, permissions, clients, expiresAt, lastUsedAt, lastUsedFrom } = row;
  const [sure, setSure] = useState(false);
  const revoke = useChange(() => remove(`/keys/${id}`), { touches: ['accounts'], done: words.revoked });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 grow basis-56">
        <p className="font-medium">
          {name} <span className="font-mono text-xs font-normal text-quiet">sfk_{id}_…</span>
        </p>
        <p className="text-sm text-quiet">
          {permissions.map((permission) => words.permissions[permission]).join('; ')} ·{' '}
          {clients?.map((client) => client.name).join(', ') ?? settingsTexts.allClients}
        </p>
        <p className="text-xs text-quiet">
          {lastUsedAt ? (
            <>
              {words.used} <Ago at={lastUsedAt} /> {lastUsedFrom && words.from(lastUsedFrom)}
            </>
          ) : (
            words.never
          )}
          {expiresAt && ` · ${words.endsAt} ${shortDate(Date.parse(expiresAt))}`}
        </p>
      </div>
      {sure ? (
        <>
          <Button busy={revoke.isPending} onClick={() => revoke.mutate(undefined)} className="text-bad!">
            {words.revokeSure}
          </Button>
          <Button onClick={() => setSure(false)}>{settingsTexts.cancel}</Button>
        </>
      ) : (
        <IconButton icon="close" label={words.revoke(name)} onClick={() => setSure(true)} />
      )}
    </li>
  );
}
