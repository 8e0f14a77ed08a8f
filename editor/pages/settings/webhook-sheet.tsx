import { useState } from 'react';
import type { NewWebhookSecretView, WebhookRow } from '#server/api/views.ts';
import { patchForJson, post, postForJson, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { fullTime, shortDate } from '../../format/times.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { WebhookDeliveries } from './webhook-deliveries.tsx';
import { useWebhookDraft, WebhookSettings } from './webhook-settings.tsx';

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
  const draft = useWebhookDraft(webhook);
  const about = `${address} · ${words.secretSince} ${shortDate(Date.parse(secretSince))}`;
  return (
    <Sheet title={name} about={about} onClose={onClose}>
      <div className="grid gap-6 p-5">
        {connects && <Actions webhook={webhook} onChanged={draft.follow} onGone={onClose} />}
        <section aria-label={words.deliveries}>
          <h3 className="mb-2 font-semibold">{words.deliveries}</h3>
          <WebhookDeliveries id={id} mayResend={connects} />
        </section>
        {connects && <WebhookSettings key={id} {...draft} />}
      </div>
    </Sheet>
  );
}

function Actions({
  webhook: { id, revision, paused },
  onChanged,
  onGone,
}: {
  webhook: WebhookRow;
  /** It has this revision now, by one's own hand. */
  onChanged: (revision: number) => void;
  onGone: () => void;
}) {
  const place = `/webhooks/${id}`;
  const [sure, setSure] = useState<'rotate' | 'remove' | null>(null);
  const test = useChange(() => post(`/connections/${id}/test-message`), { touches, done: words.tested });
  const pause = useChange(
    () => patchForJson<WebhookRow>(place, { seenRevision: revision, paused: !paused }),
    { touches, done: words.saved },
  );
  const rotate = useChange(
    () => postForJson<NewWebhookSecretView>(`${place}/secret`, { seenRevision: revision }),
    { touches, done: null },
  );
  const gone = useChange(() => remove(place), { touches, done: words.removed });
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button look="primary" busy={test.isPending} onClick={() => test.mutate(undefined)}>
          {words.test}
        </Button>
        <Button
          busy={pause.isPending}
          onClick={() => pause.mutate(undefined, { onSuccess: (now) => onChanged(now.revision) })}
        >
          {paused ? words.resume : words.pause}
        </Button>
        <Button
          busy={rotate.isPending}
          onClick={() => {
            if (sure !== 'rotate') {
              setSure('rotate');
              return;
            }
            rotate.mutate(undefined, {
              onSuccess: (now) => onChanged(now.revision),
              onSettled: () => setSure(null),
            });
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
