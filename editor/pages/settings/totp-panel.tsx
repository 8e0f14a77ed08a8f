import { useState } from 'react';
import type { NewTotpView, RecoveryCodesView } from '#server/api/views.ts';
import { post, postForJson } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { TextField } from '../../ui/text-field.tsx';

const words = settingsTexts.totp;

/** The second factor: on by password, picture and code; off by password and code. */
export function TotpPanel({ on }: { on: boolean }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel title={words.title}>
      <div className="grid gap-4 p-4">
        <p className="text-pretty">{on ? words.on : words.off}</p>
        {open ? (
          on ? (
            <TurnOff onDone={() => setOpen(false)} />
          ) : (
            <TurnOn onDone={() => setOpen(false)} />
          )
        ) : (
          <div>
            <Button onClick={() => setOpen(true)}>{on ? words.turnOff : words.turnOn}</Button>
          </div>
        )}
      </div>
    </Panel>
  );
}

function TurnOn({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const start = useChange(() => postForJson<NewTotpView>('/account/totp/start', { password }), {
    touches: [],
    done: null,
  });
  const secret = start.data?.secret ?? '';
  const confirm = useChange(
    () =>
      postForJson<RecoveryCodesView>('/account/totp/confirm', {
        password,
        secret,
        code: code.replaceAll(' ', ''),
      }),
    { touches: [], done: null },
  );
  const finish = useChange(async () => onDone(), { touches: ['session'], done: null });
  if (confirm.data) {
    return (
      <div role="status" className="grid gap-3">
        <p className="font-semibold">{words.codes}</p>
        <p className="text-sm text-pretty text-quiet">{words.codesAbout}</p>
        <ul className="grid grid-cols-1 gap-1 rounded-lg bg-sunken p-3 font-mono text-sm select-all sm:grid-cols-2">
          {confirm.data.codes.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <div>
          <Button look="primary" onClick={() => finish.mutate(undefined)}>
            {words.done}
          </Button>
        </div>
      </div>
    );
  }
  if (!start.data) {
    return (
      <Form
        go={words.next}
        going={words.wait}
        busy={start.isPending}
        error={null}
        onSend={() => start.mutate(undefined)}
      >
        <PasswordAgain value={password} onChange={setPassword} />
      </Form>
    );
  }
  return (
    <Form
      go={words.confirm}
      going={words.wait}
      busy={confirm.isPending}
      error={null}
      onSend={() => confirm.mutate(undefined)}
    >
      <p className="text-sm text-pretty">{words.scan}</p>
      <img
        src={`data:image/svg+xml;base64,${btoa(start.data.svg)}`}
        alt={words.picture}
        width={192}
        height={192}
        className="rounded-lg bg-[#fff] p-2"
      />
      <p className="font-mono text-sm break-all select-all">{start.data.secret}</p>
      <TextField
        label={words.code}
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        maxLength={7}
        value={code}
        onChange={setCode}
      />
    </Form>
  );
}

function TurnOff({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const remove = useChange(() => post('/account/totp/remove', { password, code }), {
    touches: ['session'],
    done: words.turnedOff,
  });
  return (
    <Form
      go={words.turnOff}
      going={words.wait}
      busy={remove.isPending}
      error={null}
      onSend={() => remove.mutate(undefined, { onSuccess: onDone })}
    >
      <PasswordAgain value={password} onChange={setPassword} />
      <TextField
        label={words.codeOff}
        autoComplete="one-time-code"
        required
        value={code}
        onChange={setCode}
      />
    </Form>
  );
}

const PasswordAgain = ({ value, onChange }: { value: string; onChange: (value: string) => void }) => (
  <TextField
    label={settingsTexts.account.current}
    type="password"
    autoComplete="current-password"
    required
    value={value}
    onChange={onChange}
  />
);
