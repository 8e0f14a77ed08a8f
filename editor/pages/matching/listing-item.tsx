import { memo } from 'react';
import type { ListingRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Button } from '../../ui/button.tsx';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { SkuForm } from './sku-form.tsx';
import { useDecideListing } from './use-decide-listing.ts';

const words = texts.matching;

/** One product of a shop: what it belongs to and why, and the decisions that a person can take. */
export const ListingItem = memo(function ListingItem({ listing }: { listing: ListingRow }) {
  const { title, connection, problem, matchedBy, sentence, decisions } = listing;
  const decision = useDecideListing(listing);
  const decides = useMay('decide');
  const busyWith = decision.isPending ? decision.variables.decision : null;
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-3 border-b border-line p-4 last:border-0">
      <div className="min-w-0 grow basis-80">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 font-semibold text-pretty">{title}</span>
          {problem ? (
            <StatusBadge tone="warn">{words.states[problem]}</StatusBadge>
          ) : (
            matchedBy && <StatusBadge tone={listing.sku ? 'ok' : 'idle'}>{words.by[matchedBy]}</StatusBadge>
          )}
        </p>
        <p className="text-xs text-quiet">
          {connection.name} · {words.facts(listing)}
        </p>
        <p className="mt-1.5 text-pretty">{sentence}</p>
      </div>
      {decides && (
        <div className="flex flex-wrap gap-2 max-sm:w-full">
          {decisions.includes('match') && (
            <SkuForm
              listing={listing}
              busy={busyWith === 'match'}
              onMatch={(sku) => decision.mutate({ decision: 'match', sku })}
            />
          )}
          {decisions
            .filter((one) => one !== 'match')
            .map((one) => (
              <Button
                key={one}
                busy={busyWith === one}
                aria-label={words.decideOne(words.decisions[one], title)}
                onClick={() => decision.mutate({ decision: one })}
                className="max-sm:grow"
              >
                {words.decisions[one]}
              </Button>
            ))}
        </div>
      )}
    </li>
  );
});
