import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewApiKeyView, SessionView } from '#server/api/views.ts';
import { useSession } from '../../api/queries.ts';
import { postForJson } from '../../api/request.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Form } from '../../ui/form.tsx';
import { Select } from '../../ui/select.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { ClientsField } from './clients-field.tsx';
import { useClients } from './use-clients.ts';

type Permission = SessionView['permissions'][number];
const words = settingsTexts.keys;
const lives = [30, 90, 365, null] as const;

/** Makes a key, and shows it once. */
export function NewKeyForm() {
  const client = useQueryClient();
  const mine = useSession().data?.permissions ?? [];
  const known = useClients();
  const [name, setName] = useState('');
  const [permissions, setPermissions] = useState<readonly Permission[]>(['see']);
  const [clients, setClients] = useState<readonly string[] | null>(null);
  const [days, setDays] = useState<(typeof lives)[number]>(365);
  const make = useMutation({
    mutationFn: () => postForJson<NewApiKeyView>('/keys', { name, permissions, clients, days }),
    onSuccess: async () => {
      setName('');
      await client.invalidateQueries({ queryKey: ['accounts'] });
    },
  });
  const whole = permissions.length > 0 && (clients === null || clients.length > 0);
  return (
    <div className="grid gap-4">
      <Form
        go={words.makeGo}
        going={words.making}
        busy={make.isPending}
        error={make.error}
        onSend={() => whole && make.mutate()}
      >
        <TextField label={words.name} required maxLength={80} value={name} onChange={setName} />
        <fieldset>
          <legend className="mb-1 text-sm font-medium">{words.may}</legend>
          {mine
            .filter((permission) => permission !== 'own')
            .map((permission) => (
              <label key={permission} className="flex cursor-pointer gap-3 rounded-lg py-1.5">
                <input
                  type="checkbox"
                  checked={permissions.includes(permission)}
                  onChange={({ target }) =>
                    setPermissions(
                      target.checked
                        ? [...permissions, permission]
                        : permissions.filter((one) => one !== permission),
                    )
                  }
                  className="mt-0.5 size-4 shrink-0 accent-accent"
                />
                {words.permissions[permission]}
              </label>
            ))}
        </fieldset>
        <ClientsField value={clients} allowAll clients={known} onChange={setClients} />
        <div>
          <p className="mb-1 text-sm font-medium" aria-hidden="true">
            {words.ends}
          </p>
          <Select
            label={words.ends}
            value={String(days)}
            options={lives.map((life) => ({ value: String(life), text: words.days(life) }))}
            onChoose={(chosen) => setDays(lives.find((life) => String(life) === chosen) ?? null)}
          />
        </div>
      </Form>
      {make.data && <ShownOnce about={words.shown} text={make.data.key} />}
    </div>
  );
}
