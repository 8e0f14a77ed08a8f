import { useState } from 'react';
import type { WebhookEventView, WebhookRow } from '#server/api/views.ts';
import { patchForJson } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { WebhookEventsField } from './webhook-events-field.tsx';

const words = webhooksTexts;

/** What is typed and not saved yet, and the revision of the webhook on which that began. */
interface Draft {
  readonly seenRevision: number;
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEventView[];
}

/** What is typed about a webhook. As long as nothing is, it is the newest that others saved. */
export function useWebhookDraft(webhook: WebhookRow) {
  const [draft, setDraft] = useState<Draft | null>(null);
  const { revision, name, events } = webhook;
  const shown: Draft = draft ?? { seenRevision: revision, name, url: '', events };
  return {
    id: webhook.id,
    shown,
    type: (part: Partial<Draft>) => setDraft({ ...shown, ...part }),
    clear: () => setDraft(null),
    /** The webhook was changed by one's own hand, at another button: that is no change by somebody else. */
    follow: (now: number) =>
      setDraft((typed) => (typed?.seenRevision === now - 1 ? { ...typed, seenRevision: now } : typed)),
  };
}

/** The fields of a webhook. Where somebody else saved it meanwhile, nothing is saved, and theirs is shown. */
export function WebhookSettings({
  id,
  shown: { seenRevision, name, url, events },
  type,
  clear,
}: ReturnType<typeof useWebhookDraft>) {
  const save = useChange(
    () =>
      patchForJson<WebhookRow>(`/webhooks/${id}`, { seenRevision, name, events, ...(url !== '' && { url }) }),
    { touches: ['outbox', 'connections'], done: words.saved, outdated: clear },
  );
  return (
    <Form
      go={words.save}
      going={words.saving}
      busy={save.isPending}
      error={null}
      onSend={() => save.mutate(undefined, { onSuccess: clear })}
      className="border-t border-line pt-5"
    >
      <TextField
        label={words.name}
        required
        maxLength={80}
        value={name}
        onChange={(typed) => type({ name: typed })}
      />
      <TextField
        label={words.newUrl}
        about={words.newUrlAbout}
        type="url"
        maxLength={2_000}
        autoComplete="off"
        value={url}
        onChange={(typed) => type({ url: typed })}
      />
      <WebhookEventsField value={events} onChange={(chosen) => type({ events: chosen })} />
    </Form>
  );
}
