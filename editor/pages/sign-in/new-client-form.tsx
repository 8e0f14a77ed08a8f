import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientRow } from '#server/api/views.ts';
import { postForJson } from '../../api/request.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';

const words = texts.account.clients;

/** Takes a client on. */
export function NewClientForm({ onMade }: { onMade: (id: string) => void }) {
  const [name, setName] = useState('');
  const make = useMutation({
    mutationFn: () => postForJson<ClientRow>('/clients', { name }),
    onSuccess: ({ id }) => {
      setName('');
      onMade(id);
    },
  });
  return (
    <Form go={words.add} going={words.adding} busy={make.isPending} error={make.error} onSend={make.mutate}>
      <TextField label={words.name} required maxLength={120} value={name} onChange={setName} />
    </Form>
  );
}
