import { useState } from 'react';
import type { NewWebhookSecretView, WebhookRow } from '#server/api/views.ts';
import { patch, post, postForJson, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { fullTime, shortDate } from '../../format/times.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form } from '../../ui/form.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';
import { WebhookEventsField } from './webhook-events-field.tsx';

const words = webhooksTexts;
const touches = ['outbox', 'connections'] as const;

/** One webhook: what it was sent, and what can be done about it. */
export function WebhookSheet({
  webhook,
  connects,
  onClose,
}: {
  webhook: WebhookRow;
  /** Whether whoever looks may change it. */
  connects: boolean;
  onClose: () => void;
}) {
  const { id, name, address, secretSince } = webhook;
  const about = `${address} · ${words.secretSince} ${shortDate(Date.parse(secretSince))}`;
  return (
    <Sheet title={name} about={about} onClose={onClose}>
      <div className="grid gap-6 p-5">
        {connects && <Actions webhook={webhook} onGone={onClose} />}
        <section aria-label={words.deliveries}>
          <h3 className="mb-2 font-semibold">{words.deliveries}</h3>
          <WebhookDeliveries id={id} mayResend={connects} />
        </section>
        {connects && <Settings key={id} webhook={webhook} />}
      </div>
    </Sheet>
  );
}

function Actions({ webhook: { id, paused }, onGone }: { webhook: WebhookRow; onGone: () => void }) {
  const place = `/webhooks/${id}`;
  const [sure, setSure] = useState<'rotate' | 'remove' | null>(null);
  const test = useChange(() => post(`/connections/${id}/test-message`), { touches, done: words.tested });
  const pause = useChange(() => patch(place, { paused: !paused }), { touches, done: words.saved });
  const rotate = useChange(() => postForJson<NewWebhookSecretView>(`${place}/secret`, undefined), {
    touches,
    done: null,
  });
  const gone = useChange(() => remove(place), { touches, done: words.removed });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button look="primary" busy={test.isPending} onClick={() => test.mutate(undefined)}>
          {words.test}
        </Button>
        <Button busy={pause.isPending} onClick={() => pause.mutate(undefined)}>
          {paused ? words.resume : words.pause}
        </Button>
        <Button
          busy={rotate.isPending}
          onClick={() => {
            if (sure === 'rotate') rotate.mutate(undefined, { onSuccess: () => setSure(null) });
            else setSure('rotate');
          }}
        >
          {sure === 'rotate' ? words.rotateSure : words.rotate}
        </Button>
        <Button
          busy={gone.isPending}
          className={sure === 'remove' ? 'text-bad!' : ''}
          onClick={() => {
            if (sure === 'remove') gone.mutate(undefined, { onSuccess: onGone });
            else setSure('remove');
          }}
        >
          {sure === 'remove' ? words.removeSure : words.remove}
        </Button>
      </div>
      {rotate.data && (
        <ShownOnce
          about={words.rotated(fullTime(Date.parse(rotate.data.previousUntil)))}
          text={rotate.data.secret}
        />
      )}
    </div>
  );
}

function Settings({ webhook }: { webhook: WebhookRow }) {
  const [name, setName] = useState(webhook.name);
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState(webhook.events);
  const save = useChange(
    () => patch(`/webhooks/${webhook.id}`, { name, events, ...(url !== '' && { url }) }),
    { touches, done: words.saved },
  );
  return (
    <Form
      go={words.save}
      going={words.saving}
      busy={save.isPending}
      error={null}
      onSend={() => save.mutate(undefined, { onSuccess: () => setUrl('') })}
      className="border-t border-line pt-5"
    >
      <TextField label={words.name} required maxLength={80} value={name} onChange={setName} />
      <TextField
        label={words.newUrl}
        about={words.newUrlAbout}
        type="url"
        maxLength={2_000}
        autoComplete="off"
        value={url}
        onChange={setUrl}
      />
      <WebhookEventsField value={events} onChange={setEvents} />
    </Form>
  );
}
