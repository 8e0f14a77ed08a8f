import type { AlertRow } from '#server/api/views.ts';
import { fullTime, relativeTime } from '../../format/times.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { useAlertActions } from './use-alert-actions.ts';

const words = texts.alerts;

/** How an alert stands, and the buttons to look after it or to hear no more of its kind for a day. */
export function AlertActions({ alert, decides }: { alert: AlertRow; decides: boolean }) {
  const { title, count, lastAt, ongoing, healedAt, removed, acknowledged, mutedUntil } = alert;
  const { acknowledge, mute, unmute } = useAlertActions(alert);
  const facts = [
    ongoing ? words.ongoing : removed ? words.removed : healedAt ? words.over : null,
    count > 1 ? words.times(count, relativeTime(Date.parse(lastAt), Date.now())) : null,
    acknowledged ? words.by(acknowledged.by) : null,
    mutedUntil ? `${words.isMuted} ${fullTime(Date.parse(mutedUntil))}` : null,
  ].filter((fact) => fact !== null);
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-2">
      {facts.length > 0 && <p className="text-xs text-quiet">{facts.join(' · ')}</p>}
      {decides && (
        <div className="flex flex-wrap gap-2">
          {!acknowledged && !healedAt && (
            <Button
              icon="check"
              aria-label={words.acknowledgeOne(title)}
              busy={acknowledge.isPending}
              onClick={() => acknowledge.mutate(undefined)}
            >
              {words.acknowledge}
            </Button>
          )}
          {mutedUntil ? (
            <Button
              icon="alerts"
              aria-label={words.unmuteOne(title)}
              busy={unmute.isPending}
              onClick={() => unmute.mutate(undefined)}
            >
              {words.unmute}
            </Button>
          ) : (
            <Button
              icon="pause"
              aria-label={words.muteOne(title)}
              busy={mute.isPending}
              onClick={() => mute.mutate(undefined)}
            >
              {words.mute}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
