import type { PrivacyDataView, PrivacyRequestRow } from '#server/api/views.ts';
import { getJson, post } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { fullTime } from '../../format/times.ts';
import { privacy as privacyTexts } from '../../texts/privacy.ts';
import { Button } from '../../ui/button.tsx';
import { type MarkTone, StatusBadge } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { saveFile } from './save-file.ts';

const words = privacyTexts;
const dataMsMax = 60_000;

/** One request: what was asked, when, what was done, and what is left for the merchant to do. */
export function PrivacyItem({ request }: { request: PrivacyRequestRow }) {
  const {
    id,
    kind,
    connection,
    request: number,
    orders,
    deliveries,
    receivedAt,
    dueAt,
    answeredAt,
  } = request;
  const place = `/privacy-requests/${encodeURIComponent(id)}`;
  const save = useChange(
    async () => {
      const data = await getJson<PrivacyDataView>(`${place}/data`, {}, AbortSignal.timeout(dataMsMax));
      saveFile(words.file(number), data.deliveries);
    },
    { touches: [], done: null },
  );
  const answer = useChange(() => post(`${place}/answer`), {
    touches: ['connections'],
    done: words.answeredNow,
  });
  const isOpen = dueAt !== null && answeredAt === null;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 border-b border-line p-4 last:border-0">
      <div className="min-w-0 grow basis-80">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold">{words.kinds[kind]}</span>
          <StatusBadge tone={toneOf(request)}>
            {isOpen ? words.due : answeredAt === null ? words.nothingToDo : words.answered}
          </StatusBadge>
        </p>
        <p className="text-xs text-quiet">
          {connection.name} · {number !== null && `${words.request(number)} · `}
          <Ago at={receivedAt} />
        </p>
        <p className="mt-1.5 text-pretty">{words.done[kind](request)}</p>
        {orders.length > 0 && <p className="text-xs text-pretty text-quiet">{words.orders(orders)}</p>}
        {isOpen && (
          <p className="mt-1 text-sm">
            {(Date.parse(dueAt) < Date.now() ? words.overdue : words.dueBy)(fullTime(Date.parse(dueAt)))}
          </p>
        )}
        {answeredAt !== null && (
          <p className="mt-1 text-sm text-quiet">
            {words.answered} <Ago at={answeredAt} />.
          </p>
        )}
      </div>
      {kind === 'data-request' && (
        <div className="flex flex-wrap gap-2">
          {deliveries > 0 && (
            <Button
              busy={save.isPending}
              aria-label={words.exportOf(number)}
              onClick={() => save.mutate(undefined)}
            >
              {words.export}
            </Button>
          )}
          {isOpen && (
            <Button
              look="primary"
              busy={answer.isPending}
              aria-label={words.answerOf(number)}
              onClick={() => answer.mutate(undefined)}
            >
              {words.answer}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function toneOf({ dueAt, answeredAt }: PrivacyRequestRow): MarkTone {
  if (dueAt === null || answeredAt !== null) return 'ok';
  return Date.parse(dueAt) < Date.now() ? 'bad' : 'warn';
}
