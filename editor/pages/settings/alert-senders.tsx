import type { AlertPreferencesView } from '#server/api/views.ts';
import { put } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { Select } from '../../ui/select.tsx';
import { TextLink } from '../../ui/text-link.tsx';

type Senders = AlertPreferencesView['senders'];
type Way = keyof Senders;

const words = texts.alerts.preferences;
const ways = ['email', 'sms'] as const satisfies readonly Way[];

/** The connections by which alerts go out. */
export function AlertSenders({ senders, connects }: { senders: Senders; connects: boolean }) {
  const save = useChange((chosen: Readonly<Record<Way, string | null>>) => put('/alerts/senders', chosen), {
    touches: ['alerts'],
    done: words.sendersSaved,
  });
  const now = { email: senders.email.by, sms: senders.sms.by };
  return (
    <div className="grid gap-4 p-4">
      <p className="text-sm text-pretty text-quiet">{words.sendersAbout}</p>
      {ways.map((way) => {
        const { by, able } = senders[way];
        return (
          <div key={way}>
            <p className="mb-1 text-sm font-medium">{words.ways[way]}</p>
            {by === null ? (
              <p className="flex gap-2 text-sm text-pretty">
                <Icon name="warn" size={16} className="mt-0.5 shrink-0 text-warn" />
                {words.noSender[way]}
              </p>
            ) : connects && able.length > 1 ? (
              <Select
                label={words.ways[way]}
                value={by}
                options={able.map(({ id, name }) => ({ value: id, text: name }))}
                onChoose={(id) => save.mutate({ ...now, [way]: id })}
              />
            ) : (
              <p className="text-sm">{able.find(({ id }) => id === by)?.name}</p>
            )}
          </div>
        );
      })}
      {connects && <TextLink to="/connect">{words.connect}</TextLink>}
    </div>
  );
}
