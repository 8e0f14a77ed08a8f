import { useState } from 'react';
import type { TrialView } from '#server/api/views.ts';
import { trial as words } from '../../../texts/trial.ts';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/text-field.tsx';
import { Ago } from '../../../ui/time.tsx';
import { say } from '../../../ui/toast.tsx';
import { change, useFlow } from '../flow-state.ts';
import { newId } from '../new-id.ts';
import { EffectLines, LineChanges } from './effect-lines.tsx';
import { beginTrial } from './trial-state.ts';

type Report = NonNullable<TrialView['report']>;
type One = NonNullable<Report['one']>;

/** What a trial found: of one event all that is done; of a period what differs from what is deployed. */
export function TrialFindings({ report, upTo }: { report: Report; upTo: string | null }) {
  const version = useFlow((state) => state.version);
  if (report.one) return <OneEvent one={report.one} />;
  return (
    <>
      <p className="text-lg font-semibold text-balance">
        {version === 0 ? words.neverDeployed : words.wouldChange(report.differing, report.orders)}
      </p>
      {report.more && <p className="text-sm text-quiet">{words.more(report.events)}</p>}
      <section>
        <h3 className="mb-1 font-semibold">{words.wouldDo}</h3>
        <ul className="text-sm">
          {Object.entries(report.counts).map(([kind, n]) => (
            <li key={kind}>{words.counts[kind as keyof typeof words.counts](n)}</li>
          ))}
        </ul>
      </section>
      <ul className="grid gap-2">
        {report.differences.map(({ event, subject, at, gone, added }) => (
          <li key={event} className="rounded-lg border border-line p-3">
            <p className="mb-1 flex items-baseline gap-2">
              <button
                type="button"
                title={words.show(subject)}
                className="min-h-6 font-medium text-accent hover:underline"
                onClick={() => void beginTrial({ kind: 'event', id: event }, upTo)}
              >
                {subject}
              </button>
              <Ago at={at} className="ml-auto text-xs text-quiet" />
            </p>
            <LineChanges gone={gone} added={added} />
          </li>
        ))}
      </ul>
      {report.differing > report.differences.length && (
        <p className="text-sm text-quiet">{words.listed(report.differences.length)}</p>
      )}
    </>
  );
}

function OneEvent({ one }: { one: One }) {
  const { effects, deployed } = one;
  const [before, after] = [deployed?.map(({ text }) => text).sort(), effects.map(({ text }) => text).sort()];
  const same = before?.join('\n') === after.join('\n');
  return (
    <>
      <section>
        <h3 className="mb-1 font-semibold">
          {words.wouldDo}
          {one.run.subject !== '' && <span className="font-normal text-quiet"> · {one.run.subject}</span>}
        </h3>
        {effects.length === 0 ? (
          <p className="text-sm text-quiet">{words.nothing}</p>
        ) : (
          <EffectLines effects={effects} />
        )}
      </section>
      {deployed && (
        <section className="text-sm">
          <p className="mb-1 text-quiet">{same ? words.likeDeployed : words.unlikeDeployed}</p>
          {!same && <EffectLines effects={deployed} />}
        </section>
      )}
      {one.keep && <Keep key={one.run.id} one={one} />}
    </>
  );
}

/** One click makes a test of what was tried: the event, and what the flow does with it now. */
function Keep({ one: { keep, run } }: { one: One }) {
  const [name, setName] = useState(words.keepSuggested(run.subject || words.example));
  const [kept, setKept] = useState(false);
  if (!keep) return null;
  if (kept) return <p className="text-sm text-ok">{words.kept}</p>;
  return (
    <div className="grid gap-2">
      <TextField label={words.keepName} value={name} maxLength={80} onChange={setName} />
      <div>
        <Button
          icon="check"
          disabled={name.trim() === ''}
          onClick={() => {
            const test = {
              id: newId('test'),
              name: name.trim(),
              event: keep.event,
              expected: [...keep.expected],
            };
            change((graph) => ({ ...graph, tests: [...(graph.tests ?? []), test] }));
            setKept(true);
            say('ok', words.kept);
          }}
        >
          {words.keep}
        </Button>
      </div>
    </div>
  );
}
