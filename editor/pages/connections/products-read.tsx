import type { ConnectionView, ImportView } from '#server/api/views.ts';
import { useImport } from '../../api/queries.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Ago } from '../../ui/time.tsx';

const words = connectionsTexts;

/** How far the reading of a shop's products is, and what a person should look at. */
export function ProductsRead({
  connection: { id, name, unmatched },
  busy,
  onReadAnew,
}: {
  connection: ConnectionView;
  busy: boolean;
  /** null: whoever looks may not. */
  onReadAnew: (() => void) | null;
}) {
  return (
    <section className="min-w-0 grow basis-80">
      <h3 className="text-xs text-quiet">{words.products}</h3>
      <QueryPart query={useImport(id)} skeleton={<Skeleton className="mt-1 h-5 w-48" />}>
        {(reading) => (
          <>
            <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
              {words.reading[reading.state](reading)}
              {reading.endedAt && <Ago at={reading.endedAt} className="text-quiet" />}
              {unmatched > 0 && (
                <TextLink to={`/stock/matching?connection=${encodeURIComponent(id)}`}>
                  {texts.matching.toMatch(unmatched)}
                </TextLink>
              )}
            </p>
            {isUnderWay(reading) && (
              <progress
                aria-label={words.progress(name)}
                className="mt-1.5 h-1.5 w-full max-w-72 accent-accent"
                {...(reading.progress !== null && { value: reading.progress })}
              />
            )}
            {reading.trouble && (
              <p className="text-sm text-pretty text-quiet">
                {reading.trouble.reason} {reading.trouble.fix}
              </p>
            )}
            {onReadAnew && !isUnderWay(reading) && (
              <Button look="quiet" icon="retry" busy={busy} onClick={onReadAnew} className="-ml-3">
                {words.readAgain}
              </Button>
            )}
          </>
        )}
      </QueryPart>
    </section>
  );
}

const isUnderWay = ({ state }: ImportView): boolean => state === 'waiting' || state === 'running';
