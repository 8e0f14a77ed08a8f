import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { post } from '../../api/request.ts';
import { signIn } from '../../texts/sign-in.ts';
import { Form } from '../../ui/form.tsx';
import { Door } from './door.tsx';
import { enter } from './enter.ts';
import { NewPasswordField } from './new-password-field.tsx';

const words = signIn.reset;

/** A new password by a link. */
export default function NewPasswordPage() {
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const [password, setPassword] = useState('');
  const set = useMutation({
    mutationFn: () => post('/password-resets/accept', { token, password }),
    onSuccess: enter,
  });
  if (token === '') return <Door title={signIn.linkGone}>{signIn.linkGoneAbout}</Door>;
  return (
    <Door title={words.title} about={words.about}>
      <Form go={words.go} going={words.going} busy={set.isPending} error={set.error} onSend={set.mutate}>
        <NewPasswordField value={password} onChange={setPassword} />
      </Form>
    </Door>
  );
}
