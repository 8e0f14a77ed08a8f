import type { AlertRow } from '#server/api/views.ts';
import { post, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { texts } from '../../texts.ts';

const words = texts.alerts;
const muteHours = 24;

/** What a person does about an alert. */
export function useAlertActions({ id }: AlertRow) {
  const path = `/alerts/${encodeURIComponent(id)}`;
  const touches = ['alerts'] as const;
  return {
    acknowledge: useChange(() => post(`${path}/acknowledge`), { touches, done: words.acknowledged }),
    mute: useChange(() => post(`${path}/mute`, { hours: muteHours }), { touches, done: words.muted }),
    unmute: useChange(() => remove(`${path}/mute`), { touches, done: words.unmuted }),
  };
}
