import { type FormEvent, useState } from 'react';
import type { ChannelKindView } from '#server/api/views.ts';
import { Problem, sentenceOf } from '../../api/problem.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ConnectField } from './connect-field.tsx';
import { useConnect } from './use-connect.ts';

const words = connectTexts;

/** The form of one way to connect, with the answer that it got. */
export function ConnectForm({
  channel,
  way,
  again,
  sandboxUrl,
  isShop,
  countsAtFirst = false,
  onConnected,
}: {
  channel: string;
  way: ChannelKindView['ways'][number];
  /** A connection whose keys are renewed; "": a new one. */
  again: string;
  sandboxUrl: string;
  /** Shops have counts; services take messages. */
  isShop: boolean;
  /** What stands in the check box at first. */
  countsAtFirst?: boolean | undefined;
  onConnected?: (() => void) | undefined;
}) {
  const [input, setInput] = useState<Readonly<Record<string, string>>>({});
  const [counts, setCounts] = useState(countsAtFirst);
  const connect = useConnect(onConnected);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const filled = Object.entries(input).filter(([, value]) => value !== '');
    connect.mutate({
      channel,
      way: way.id,
      input: Object.fromEntries(filled.map(([name, value]) => [name, value.trim()])),
      countingAuthority: counts,
      ...(sandboxUrl && { sandboxUrl }),
      ...(again && { again }),
    });
  };
  const leaves = way.kind === 'consent';
  const isBusy = connect.isPending || (leaves && connect.isSuccess);
  return (
    <form onSubmit={submit} className="grid gap-5 *:min-w-0">
      <p className="text-pretty wrap-anywhere text-quiet">{way.help}</p>
      {way.fields.map((field) => (
        <ConnectField
          key={field.name}
          field={field}
          value={input[field.name] ?? ''}
          onChange={(value) => setInput({ ...input, [field.name]: value })}
        />
      ))}
      {isShop && !again && (
        <label className="flex cursor-pointer gap-3">
          <input
            type="checkbox"
            checked={counts}
            onChange={({ target }) => setCounts(target.checked)}
            className="mt-1 size-4 shrink-0 accent-accent"
          />
          <span>
            <span className="font-medium">{words.counts}</span>
            <span className="block text-sm text-pretty text-quiet">{words.countsAbout}</span>
          </span>
        </label>
      )}
      {connect.error && !connect.isPending && <Refusal error={connect.error} />}
      <div>
        <Button
          look="primary"
          busy={isBusy}
          onClick={({ currentTarget }) => currentTarget.form?.requestSubmit()}
        >
          {isBusy ? (leaves ? words.leaving : words.connecting) : leaves ? words.agree : words.connect}
        </Button>
      </div>
    </form>
  );
}

/** What stands in the way, in the server's own sentences. */
const Refusal = ({ error }: { error: Error }) => (
  <div role="alert" className="flex gap-2 rounded-lg bg-bad-soft px-3 py-2.5 text-sm">
    <Icon name="bad" className="mt-0.5 shrink-0 text-bad" />
    <div className="min-w-0">
      <p className="font-semibold">{error instanceof Problem ? error.title : words.failed}</p>
      <p className="text-pretty">{sentenceOf(error)}</p>
    </div>
  </div>
);
