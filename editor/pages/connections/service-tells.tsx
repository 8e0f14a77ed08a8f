import { lazy, Suspense, useState } from 'react';
import type { ConnectionView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

const words = connectionsTexts.tells;
const OptOutsSheet = lazy(() => import('./opt-outs-sheet.tsx'));

/** Where a service can tell what became of messages, and who wants no more of them. */
export function ServiceTells({
  connection: { id, name, hookAddress, optOuts },
}: {
  connection: Pick<ConnectionView, 'id' | 'name' | 'hookAddress' | 'optOuts'>;
}) {
  const [open, setOpen] = useState(false);
  const connects = useMay('connect');
  return (
    <div className="mt-4 flex flex-wrap gap-x-8 gap-y-4">
      {hookAddress !== null && (
        <section className="min-w-0 grow basis-80">
          <h3 className="text-xs text-quiet">{words.address}</h3>
          <p className="mt-1 flex items-center gap-2">
            <code className="min-w-0 font-mono text-xs break-all select-all">{hookAddress}</code>
            <CopyButton text={hookAddress} label={words.copy(name)} />
          </p>
          <p className="text-xs text-pretty text-quiet">{words.addressAbout}</p>
        </section>
      )}
      {optOuts > 0 && (
        <section className="min-w-0 grow basis-60">
          <h3 className="text-xs text-quiet">{words.optOuts}</h3>
          <p className="text-sm">{words.optOutsOf(optOuts)}</p>
          {connects && (
            <Button
              look="quiet"
              aria-label={words.showOf(name)}
              onClick={() => setOpen(true)}
              className="-ml-3"
            >
              {words.show}
            </Button>
          )}
          {open && (
            <Suspense>
              <OptOutsSheet connection={{ id, name }} onClose={() => setOpen(false)} />
            </Suspense>
          )}
        </section>
      )}
    </div>
  );
}
