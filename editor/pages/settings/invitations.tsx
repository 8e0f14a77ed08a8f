import { useQuery } from '@tanstack/react-query';
import type { InvitationRow } from '#server/api/views.ts';
import { getJson, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { shortDate } from '../../format/times.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { IconButton } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';

const words = settingsTexts.members;

/** Who was invited and has not come yet. */
export function Invitations() {
  const open = useQuery({
    queryKey: ['accounts', 'invitations'],
    queryFn: ({ signal }) => getJson<readonly InvitationRow[]>('/invitations', {}, signal),
  });
  const withdraw = useChange((id: string) => remove(`/invitations/${id}`), {
    touches: ['accounts'],
    done: words.withdrawn,
  });
  if (!open.data || open.data.length === 0) return null;
  return (
    <Panel title={words.open}>
      <ul>
        {open.data.map(({ id, email, role, expiresAt }) => (
          <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-0">
            <div className="min-w-0 grow">
              <p className="truncate">{email}</p>
              <p className="text-xs text-quiet">
                {texts.account.roles[role]} · {words.until} {shortDate(Date.parse(expiresAt))}
              </p>
            </div>
            <IconButton icon="close" label={words.withdraw(email)} onClick={() => withdraw.mutate(id)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
