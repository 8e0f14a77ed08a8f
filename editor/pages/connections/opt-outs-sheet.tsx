import { useQuery } from '@tanstack/react-query';
import type { ConnectionView, OptOutRow } from '#server/api/views.ts';
import { getJson, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Ago } from '../../ui/time.tsx';

const words = connectionsTexts.tells;

/** Who wants no more messages from an account, and the way to let somebody have some again. */
export default function OptOutsSheet({
  connection: { id, name },
  onClose,
}: {
  connection: Pick<ConnectionView, 'id' | 'name'>;
  onClose: () => void;
}) {
  const path = `/connections/${encodeURIComponent(id)}/opt-outs`;
  const optOuts = useQuery({
    queryKey: ['connections', 'opt-outs', id],
    queryFn: ({ signal }) => getJson<readonly OptOutRow[]>(path, {}, signal),
  });
  const allow = useChange((address: string) => remove(`${path}/${encodeURIComponent(address)}`), {
    touches: ['connections'],
    done: words.allowed,
  });
  return (
    <Sheet title={words.sheet(name)} about={words.sheetAbout} onClose={onClose}>
      <QueryPart query={optOuts} skeleton={<SkeletonRows rows={3} />}>
        {(rows) => (
          <ul className="divide-y divide-line px-5">
            {rows.map(({ address, at }) => (
              <li key={address} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-3">
                <span className="min-w-0 grow break-all">
                  {address} <Ago at={at} className="text-xs text-quiet" />
                </span>
                <Button aria-label={words.againOf(address)} onClick={() => allow.mutate(address)}>
                  {words.again}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </QueryPart>
    </Sheet>
  );
}
