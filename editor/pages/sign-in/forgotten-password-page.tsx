import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/request.ts';
import { signIn } from '../../texts/sign-in.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Door } from './door.tsx';

const words = signIn.forgotten;

/** Asks for a link for a new password, by email. */
export default function ForgottenPasswordPage() {
  const [email, setEmail] = useState('');
  const ask = useMutation({ mutationFn: () => post('/password-resets', { email }) });
  return (
    <Door title={words.title} about={words.about}>
      {ask.isSuccess ? (
        <div role="status" className="grid gap-2">
          <p className="text-pretty wrap-anywhere">{words.sent(email.trim())}</p>
          <p className="text-sm text-pretty text-quiet">{words.notThere}</p>
        </div>
      ) : (
        <Form go={words.go} going={words.going} busy={ask.isPending} error={ask.error} onSend={ask.mutate}>
          <TextField
            label={texts.account.email}
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            required
            value={email}
            onChange={setEmail}
          />
        </Form>
      )}
      <p className="mt-5 border-t border-line pt-4 text-sm text-pretty text-quiet">{words.otherwise}</p>
      <p className="mt-3">
        <TextLink to="/signin">{words.back}</TextLink>
      </p>
    </Door>
  );
}
