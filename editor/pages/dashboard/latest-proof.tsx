import { useMutation } from '@tanstack/react-query';
import type { ProofView } from '#server/api/views.ts';
import { sentenceOf } from '../../api/problem.ts';
import { useLatestProof, useMay } from '../../api/queries.ts';
import { post } from '../../api/request.ts';
import { formatDuration } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { say } from '../../ui/toast.tsx';

const words = texts.dashboard.proof;

/** Whether ledger and orders agree, as of the last check, and the button that checks them now. */
export function LatestProof() {
  const decides = useMay('decide');
  const check = useMutation({
    mutationFn: () => post('/proofs'),
    onSuccess: () => say('ok', words.asked),
    onError: (error) => say('bad', sentenceOf(error)),
  });
  return (
    <div id="proof" className="scroll-mt-4">
      <Panel title={words.title}>
        <div className="grid gap-3 p-4">
          <QueryPart query={useLatestProof()} skeleton={<SkeletonRows rows={1} />}>
            {({ proof }) =>
              proof ? <Found proof={proof} /> : <p className="text-pretty text-quiet">{words.none}</p>
            }
          </QueryPart>
          {decides && (
            <div>
              <Button icon="retry" busy={check.isPending} onClick={() => check.mutate()}>
                {check.isPending ? words.checking : words.check}
              </Button>
            </div>
          )}
        </div>
      </Panel>
    </div>
  );
}

function Found({ proof }: { proof: ProofView }) {
  const { clean, sentence, at, ms, waiting, deviations, deviationsFound, unsettled } = proof;
  const more = deviationsFound - deviations.length;
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusMark tone={clean ? 'ok' : 'bad'}>{clean ? words.clean : words.wrong}</StatusMark>
        <span className="text-xs text-quiet">
          <Ago at={at} /> · {words.took(formatDuration(ms))}
        </span>
      </p>
      <p className="text-pretty">{sentence}</p>
      {waiting > 0 && <p className="text-sm text-quiet">{words.waiting(waiting)}</p>}
      {deviations.length > 0 && (
        <ul className="max-h-64 overflow-y-auto text-sm">
          {deviations.map(({ subject, text }) => (
            <li key={`${subject} ${text}`} className="border-t border-line py-1.5">
              <span className="font-medium">{subject}</span> {text}
            </li>
          ))}
          {more > 0 && <li className="border-t border-line py-1.5">{words.more(more)}</li>}
        </ul>
      )}
      {unsettled.map((what) => (
        <p key={what} className="text-sm text-quiet">
          {words.unsettled(what)}
        </p>
      ))}
    </div>
  );
}
