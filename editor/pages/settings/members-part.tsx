import { useState } from 'react';
import type { MemberRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Invitations } from './invitations.tsx';
import { InviteForm } from './invite-form.tsx';
import { MemberSheet } from './member-sheet.tsx';

const words = settingsTexts.members;
const keyOf = ({ id }: MemberRow): string => id;
const all = {};

/** Who belongs to the agency, in which role; who is invited; and the way to invite somebody. */
export default function MembersPart() {
  const list = useList<MemberRow>('accounts', all, keyOf, '/members');
  const owner = useMay('own');
  const [chosen, setChosen] = useState<string | null>(null);
  const member = list.rows.find(({ id }) => id === chosen);
  return (
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
              <Member
                key={row.id}
                member={row}
                // Owners are the business of owners.
                onChoose={owner || row.role !== 'owner' ? () => setChosen(row.id) : null}
              />
            ))}
          </ul>
        </ListPanel>
      </div>
      <div className="grid gap-4">
        <Panel title={words.invite}>
          <div className="p-4">
            <InviteForm owner={owner} />
          </div>
        </Panel>
        <Invitations />
      </div>
      {member && <MemberSheet member={member} owner={owner} onClose={() => setChosen(null)} />}
    </div>
  );
}

function Member({ member, onChoose }: { member: MemberRow; onChoose: (() => void) | null }) {
  const { name, email, role, clients, totp, you } = member;
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <div className="min-w-0 grow">
        <p className="truncate font-medium">
          {name} {you && <span className="font-normal text-quiet">({words.you})</span>}
        </p>
        <p className="truncate text-sm text-quiet">
          {email}
          {totp && ` · ${words.factor}`}
        </p>
      </div>
      <div className="max-w-[45%] text-right text-sm">
        <p className="font-medium">{texts.account.roles[role]}</p>
        <p className="truncate text-xs text-quiet">
          {clients?.map(({ name: client }) => client).join(', ') ?? settingsTexts.allClients}
        </p>
      </div>
      <span className="size-9 shrink-0">
        {onChoose && <IconButton icon="more" label={words.change(name)} onClick={onChoose} />}
      </span>
    </li>
  );
}
