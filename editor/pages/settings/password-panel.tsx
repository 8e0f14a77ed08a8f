import { useState } from 'react';
import { post } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { NewPasswordField } from '../sign-in/new-password-field.tsx';

const words = settingsTexts.account;

/** A new password, by the one before. */
export function PasswordPanel({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useChange(() => post('/account/password', { current, password }), {
    touches: ['accounts'],
    done: words.changed,
  });
  return (
    <Panel title={words.password}>
      <Form
        go={words.change}
        going={words.changing}
        busy={change.isPending}
        error={null}
        onSend={() =>
          change.mutate(undefined, {
            onSuccess: () => {
              setCurrent('');
              setPassword('');
            },
          })
        }
        className="p-4"
      >
        {/* For password managers, which else would not know whose password it is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <TextField
          label={words.current}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          onChange={setCurrent}
        />
        <NewPasswordField value={password} onChange={setPassword} />
      </Form>
    </Panel>
  );
}
