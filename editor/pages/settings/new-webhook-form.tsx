import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewWebhookView, WebhookEventView } from '#server/api/views.ts';
import { postForJson } from '../../api/request.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { Form } from '../../ui/form.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { WebhookEventsField } from './webhook-events-field.tsx';

const words = webhooksTexts;

/** Names an address, and shows the secret for it once. */
export function NewWebhookForm() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly WebhookEventView[]>([]);
  const make = useMutation({
    mutationFn: () => postForJson<NewWebhookView>('/webhooks', { name, url, events }),
    onSuccess: async () => {
      setName('');
      setUrl('');
      await client.invalidateQueries({ queryKey: ['outbox'] });
    },
  });
  return (
    <div className="grid gap-4">
      <Form
        go={words.addGo}
        going={words.adding}
        busy={make.isPending}
        error={make.error}
        onSend={() => make.mutate()}
      >
        <TextField label={words.name} required maxLength={80} value={name} onChange={setName} />
        <TextField
          label={words.url}
          about={words.urlAbout}
          type="url"
          required
          maxLength={2_000}
          autoComplete="off"
          value={url}
          onChange={setUrl}
        />
        <WebhookEventsField value={events} onChange={setEvents} />
      </Form>
      {make.data && <ShownOnce about={words.secret} text={make.data.secret} />}
    </div>
  );
}
