import { useQuery } from '@tanstack/react-query';
import type { DeviceRow } from '#server/api/views.ts';
import { getJson, post, remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Ago } from '../../ui/time.tsx';

const words = settingsTexts.account;

/** Where one is signed in; each can be signed out, and all others at once. */
export function Devices() {
  const devices = useQuery({
    queryKey: ['accounts', 'devices'],
    queryFn: ({ signal }) => getJson<readonly DeviceRow[]>('/account/devices', {}, signal),
  });
  const end = useChange((id: string) => remove(`/account/devices/${id}`), {
    touches: ['accounts'],
    done: words.ended,
  });
  const endOthers = useChange(() => post('/account/devices/sign-out-others'), {
    touches: ['accounts'],
    done: words.endedOthers,
  });
  return (
    <Panel title={words.devices}>
      <QueryPart query={devices} skeleton={<SkeletonRows rows={3} />}>
        {(rows) => (
          <>
            <ul>
              {rows.map(({ id, device, address, lastSeenAt, current }) => (
                <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2">
                  <div className="min-w-0 grow">
                    <p className="truncate font-medium">
                      {device} {current && <span className="font-normal text-ok">({words.here})</span>}
                    </p>
                    <p className="text-xs text-quiet">
                      {address} · {words.seen} <Ago at={lastSeenAt} />
                    </p>
                  </div>
                  {!current && (
                    <IconButton icon="leave" label={words.end(device)} onClick={() => end.mutate(id)} />
                  )}
                </li>
              ))}
            </ul>
            {rows.length > 1 && (
              <div className="p-4">
                <Button busy={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>
                  {words.endOthers}
                </Button>
              </div>
            )}
          </>
        )}
      </QueryPart>
    </Panel>
  );
}
