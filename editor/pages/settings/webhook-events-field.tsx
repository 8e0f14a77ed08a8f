import type { WebhookEventView } from '#server/api/views.ts';
import { webhooks as webhooksTexts } from '../../texts/webhooks.ts';

const words = webhooksTexts;
const all = Object.keys(words.eventNames) as WebhookEventView[];

/** What a webhook is told of. */
export function WebhookEventsField({
  value,
  onChange,
}: {
  value: readonly WebhookEventView[];
  onChange: (value: readonly WebhookEventView[]) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{words.events}</legend>
      {all.map((event) => (
        <label key={event} className="flex cursor-pointer gap-3 rounded-lg py-1.5">
          <input
            type="checkbox"
            checked={value.includes(event)}
            onChange={({ target }) =>
              onChange(target.checked ? [...value, event] : value.filter((one) => one !== event))
            }
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          {words.eventNames[event]}
        </label>
      ))}
    </fieldset>
  );
}
