import { useState } from 'react';
import type { AlertPreferencesView } from '#server/api/views.ts';
import { put } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { zone } from '../../format/locale.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { CheckField } from './check-field.tsx';

type Preferences = NonNullable<AlertPreferencesView['preferences']>;
type Topic = keyof typeof words.topics;
type Way = keyof typeof words.ways;

const words = texts.alerts.preferences;
const topics = Object.keys(words.topics) as readonly Topic[];
const ways = Object.keys(words.ways) as readonly Way[];
const atFirst: Preferences = {
  ways: {},
  phone: null,
  timeZone: zone,
  quiet: null,
  urgentAnyway: true,
  digestAt: null,
};
const night = { from: '22:00', to: '07:00' };
const morning = '08:00';

/** Which alerts reach one by which way, and when. */
export function AlertPreferencesForm({ email, kept }: { email: string; kept: Preferences | null }) {
  const [value, setValue] = useState<Preferences>(kept ?? atFirst);
  const change = (part: Partial<Preferences>) => setValue({ ...value, ...part });
  const save = useChange(() => put('/alerts/preferences', value), {
    touches: ['alerts'],
    done: words.saved,
  });
  const toggle = (topic: Topic, way: Way, on: boolean) => {
    const others = (value.ways[topic] ?? []).filter((one) => one !== way);
    change({ ways: { ...value.ways, [topic]: on ? [...others, way] : others } });
  };
  const wantsText = topics.some((topic) => value.ways[topic]?.includes('sms'));
  const { quiet } = value;
  return (
    <Form
      go={settingsTexts.save}
      going={settingsTexts.saving}
      busy={save.isPending}
      error={save.error}
      onSend={() => save.mutate(undefined)}
      className="p-4"
    >
      <table className="w-full text-left">
        <thead className="text-sm text-quiet">
          <tr>
            <td />
            {ways.map((way) => (
              <th key={way} scope="col" className="w-16 py-1 text-center font-medium">
                {words.ways[way]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {topics.map((topic) => (
            <tr key={topic} className="border-t border-line">
              <th scope="row" className="py-1 pr-3 font-normal text-pretty">
                {words.topics[topic]}
              </th>
              {ways.map((way) => (
                <td key={way} className="text-center">
                  <label className="inline-flex size-9 cursor-pointer items-center justify-center">
                    <span className="sr-only">{words.way(words.topics[topic], words.ways[way])}</span>
                    <input
                      type="checkbox"
                      checked={value.ways[topic]?.includes(way) ?? false}
                      onChange={({ target }) => toggle(topic, way, target.checked)}
                      className="size-4 accent-accent"
                    />
                  </label>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="text-sm text-quiet">{words.emailTo(email)}</p>
      <TextField
        label={words.phone}
        about={words.phoneAbout}
        name="phone"
        type="tel"
        autoComplete="tel"
        required={wantsText}
        pattern="\+[1-9][0-9]{6,14}"
        value={value.phone ?? ''}
        onChange={(phone) => change({ phone: phone.trim() || null })}
      />
      <fieldset className="grid gap-3 border-t border-line pt-3">
        <legend className="sr-only">{words.when}</legend>
        <CheckField
          label={words.quiet}
          about={words.quietAbout}
          checked={quiet !== null}
          onChange={(on) => change({ quiet: on ? night : null })}
        />
        {quiet && (
          <div className="flex flex-wrap gap-4 pl-7">
            <TextField
              label={words.from}
              name="from"
              type="time"
              required
              value={quiet.from}
              onChange={(from) => change({ quiet: { ...quiet, from } })}
            />
            <TextField
              label={words.to}
              name="to"
              type="time"
              required
              value={quiet.to}
              onChange={(to) => change({ quiet: { ...quiet, to } })}
            />
          </div>
        )}
        <CheckField
          label={words.digest}
          checked={value.digestAt !== null}
          onChange={(on) => change({ digestAt: on ? morning : null })}
        />
        {value.digestAt !== null && (
          <TextField
            label={words.digestAt}
            name="digest"
            type="time"
            required
            className="w-fit pl-7"
            value={value.digestAt}
            onChange={(digestAt) => change({ digestAt })}
          />
        )}
        <CheckField
          label={words.urgent}
          checked={value.urgentAnyway}
          onChange={(urgentAnyway) => change({ urgentAnyway })}
        />
      </fieldset>
      <TextField
        label={words.zone}
        about={words.zoneAbout}
        name="zone"
        required
        autoComplete="off"
        value={value.timeZone}
        onChange={(timeZone) => change({ timeZone: timeZone.trim() })}
      />
    </Form>
  );
}
