import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SignInView } from '#server/api/views.ts';
import { postForJson } from '../../api/request.ts';
import { signIn as signInTexts } from '../../texts/sign-in.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { enter } from './enter.ts';

const words = signInTexts.password;

/** Email and password, then a code where the account has a second factor. */
export function PasswordForm() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [needsCode, setNeedsCode] = useState(false);
  const signIn = useMutation({
    mutationFn: () =>
      postForJson<SignInView>('/signin', { email, password, ...(needsCode && { code: code.trim() }) }),
    onSuccess: ({ next }) => (next === 'in' ? enter() : setNeedsCode(true)),
  });
  return (
    <Form
      go={words.go}
      going={words.going}
      busy={signIn.isPending}
      error={signIn.error}
      onSend={signIn.mutate}
    >
      <TextField
        label={texts.account.email}
        type="email"
        name="email"
        autoComplete="username"
        required
        readOnly={needsCode}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={texts.account.password}
        type="password"
        name="password"
        autoComplete="current-password"
        required
        readOnly={needsCode}
        value={password}
        onChange={setPassword}
      />
      {needsCode && (
        <TextField
          label={words.code}
          about={words.codeAbout}
          name="code"
          autoComplete="one-time-code"
          autoFocus
          required
          value={code}
          onChange={setCode}
        />
      )}
    </Form>
  );
}
