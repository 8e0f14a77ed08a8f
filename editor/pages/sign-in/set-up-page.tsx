import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../api/request.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Door } from './door.tsx';
import { enter } from './enter.ts';
import { NewPasswordField } from './new-password-field.tsx';

const words = texts.account.setUp;

/** The first account of an installation, made by whoever has its terminal. */
export default function SetUpPage() {
  const [agency, setAgency] = useState('');
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const make = useMutation({
    mutationFn: () => post('/setup', { agency, name, email, password }),
    onSuccess: enter,
  });
  return (
    <Door title={words.title} about={words.about}>
      <Form go={words.go} going={words.going} busy={make.isPending} error={make.error} onSend={make.mutate}>
        <TextField
          label={words.agency}
          about={words.agencyAbout}
          name="organization"
          autoComplete="organization"
          required
          maxLength={120}
          value={agency}
          onChange={setAgency}
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
        <TextField
          label={texts.account.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          value={email}
          onChange={setEmail}
        />
        <NewPasswordField value={password} onChange={setPassword} />
      </Form>
    </Door>
  );
}
