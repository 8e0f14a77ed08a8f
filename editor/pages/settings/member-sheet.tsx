import { useState } from 'react';
import type { LinkView, MemberRow } from '#server/api/views.ts';
import { patch, post, postForJson, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { GivenLink } from './given-link.tsx';
import { isWhole, MemberFields, type Membership } from './member-fields.tsx';
import { useClients } from './use-clients.ts';

const words = settingsTexts.members;

/** What can be done about one member. */
export function MemberSheet({
  member: { id, name, email, role, clients, you },
  owner,
  onClose,
}: {
  member: MemberRow;
  owner: boolean;
  onClose: () => void;
}) {
  const known = useClients();
  const [membership, setMembership] = useState<Membership>({
    role,
    clients: clients?.map((client) => client.id) ?? null,
  });
  const [sure, setSure] = useState(false);
  const save = useChange(() => patch(`/members/${id}`, membership), {
    touches: ['accounts', 'session'],
    done: settingsTexts.saved,
  });
  const reset = useChange(() => postForJson<LinkView>(`/members/${id}/password-reset`, undefined), {
    touches: [],
    done: null,
  });
  const signOut = useChange(() => post(`/members/${id}/sign-out`), { touches: [], done: words.signedOut });
  const leave = useChange(() => remove(`/members/${id}`), { touches: ['accounts'], done: words.removed });
  return (
    <Sheet title={name} about={`${email} · ${words.about}`} onClose={onClose}>
      <div className="grid gap-6 p-5">
        <Form
          go={settingsTexts.save}
          going={settingsTexts.saving}
          busy={save.isPending}
          error={null}
          onSend={() => isWhole(membership) && save.mutate(undefined, { onSuccess: onClose })}
        >
          <MemberFields value={membership} owner={owner} clients={known} onChange={setMembership} />
        </Form>
        <div className="grid gap-3 border-t border-line pt-5">
          {reset.data ? (
            <GivenLink link={reset.data} about={words.resetLink} />
          ) : (
            <Button busy={reset.isPending} onClick={() => reset.mutate(undefined)}>
              {words.reset}
            </Button>
          )}
          <Button busy={signOut.isPending} onClick={() => signOut.mutate(undefined)}>
            {words.signOut}
          </Button>
          {!you && (
            <Button
              busy={leave.isPending}
              onClick={() => (sure ? leave.mutate(undefined, { onSuccess: onClose }) : setSure(true))}
              className="text-bad!"
            >
              {sure ? words.removeSure : words.remove}
            </Button>
          )}
        </div>
      </div>
    </Sheet>
  );
}
