import { lazy, Suspense, useState } from 'react';
import type { ConnectionView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Button } from '../../ui/button.tsx';

const words = connectionsTexts.locations;
const LocationsSheet = lazy(() => import('./locations-sheet.tsx'));

/** At how many of its locations a shop is kept in step, and the way to choose them. */
export function LocationsKept({
  connection,
  locations,
}: {
  connection: Pick<ConnectionView, 'id' | 'name'>;
  locations: number;
}) {
  const [open, setOpen] = useState(false);
  const connects = useMay('connect');
  return (
    <section className="min-w-0 grow basis-80">
      <h3 className="text-xs text-quiet">{words.title}</h3>
      <p className="text-sm">{words.kept(locations)}</p>
      {connects && (
        <Button
          look="quiet"
          icon="decide"
          aria-label={words.chooseAt(connection.name)}
          onClick={() => setOpen(true)}
          className="-ml-3"
        >
          {words.choose}
        </Button>
      )}
      {open && (
        <Suspense>
          <LocationsSheet connection={connection} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </section>
  );
}
