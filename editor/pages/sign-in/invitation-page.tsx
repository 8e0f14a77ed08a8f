import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { InvitedView } from '#server/api/views.ts';
import { post, postForJson } from '../../api/request.ts';
import { signIn } from '../../texts/sign-in.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Door } from './door.tsx';
import { enter } from './enter.ts';
import { NewPasswordField } from './new-password-field.tsx';

const words = signIn.invitation;

/** What an invitation is for, and the account that follows from it. */
export default function InvitationPage() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const invited = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => postForJson<InvitedView>('/invitations/look', { token }),
    enabled: token !== '',
  });
  if (token === '') return <Door title={signIn.linkGone}>{signIn.linkGoneAbout}</Door>;
  return (
    <Door title={words.title}>
      <QueryPart query={invited} skeleton={<SkeletonRows rows={4} />}>
        {(view) => <Acceptance token={token} invited={view} />}
      </QueryPart>
    </Door>
  );
}

function Acceptance({ token, invited }: { token: string; invited: InvitedView }) {
  const { agency, role, clients, email } = invited;
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const join = useMutation({
    mutationFn: () => post('/invitations/accept', { token, name, password }),
    onSuccess: enter,
  });
  return (
    <>
      <p className="mb-4 text-pretty">
        {words.about(agency, role)} {texts.account.roleAbouts[role]} {clients && words.sees(clients)}
      </p>
      <Form go={words.go} going={words.going} busy={join.isPending} error={join.error} onSend={join.mutate}>
        <TextField
          label={texts.account.email}
          type="email"
          name="email"
          autoComplete="username"
          readOnly
          value={email}
          onChange={() => undefined}
        />
        <TextField
          label={texts.account.yourName}
          name="name"
          autoComplete="name"
          required
          maxLength={120}
          value={name}
          onChange={setName}
        />
        <NewPasswordField value={password} onChange={setPassword} />
      </Form>
    </>
  );
}
