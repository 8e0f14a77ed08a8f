import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { LinkView } from '#server/api/views.ts';
import { postForJson } from '../../api/request.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { GivenLink } from './given-link.tsx';
import { isWhole, MemberFields, type Membership } from './member-fields.tsx';
import { useClients } from './use-clients.ts';

const words = settingsTexts.members;

/** Makes a link by which somebody joins, and has it emailed where a mail server is set up. */
export function InviteForm({ owner }: { owner: boolean }) {
  const client = useQueryClient();
  const clients = useClients();
  const [email, setEmail] = useState('');
  const [membership, setMembership] = useState<Membership>({ role: 'operator', clients: null });
  const invite = useMutation({
    mutationFn: () => postForJson<LinkView>('/invitations', { email, ...membership }),
    onSuccess: async () => {
      setEmail('');
      await client.invalidateQueries({ queryKey: ['accounts', 'invitations'] });
    },
  });
  return (
    <div className="grid gap-4">
      <Form
        go={words.inviteGo}
        going={words.inviting}
        busy={invite.isPending}
        error={invite.error}
        onSend={() => isWhole(membership) && invite.mutate()}
      >
        <TextField
          label={texts.account.email}
          type="email"
          autoComplete="off"
          required
          value={email}
          onChange={setEmail}
        />
        <MemberFields value={membership} owner={owner} clients={clients} onChange={setMembership} />
      </Form>
      {invite.data && <GivenLink link={invite.data} about={words.link} />}
    </div>
  );
}
