import { useId, useState } from 'react';
import type { ConnectionView, ShopLocationsView } from '#server/api/views.ts';
import { useShopLocations } from '../../api/queries.ts';
import { put } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { connections as connectionsTexts } from '../../texts/connections.ts';
import { Form } from '../../ui/form.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

const words = connectionsTexts.locations;

/** Which of a shop's locations are kept in step, and for which of ours each stands. */
export default function LocationsSheet({
  connection: { id, name },
  onClose,
}: {
  connection: Pick<ConnectionView, 'id' | 'name'>;
  onClose: () => void;
}) {
  return (
    <Sheet title={words.chooseAt(name)} about={words.about} onClose={onClose}>
      <QueryPart query={useShopLocations(id)} skeleton={<SkeletonRows rows={3} />}>
        {(shop) =>
          shop.locations.length === 1 ? (
            <p className="p-5">{words.none}</p>
          ) : (
            <LocationsForm id={id} shop={shop} onClose={onClose} />
          )
        }
      </QueryPart>
    </Sheet>
  );
}

function LocationsForm({
  id,
  shop: { locations, known },
  onClose,
}: {
  id: string;
  shop: ShopLocationsView;
  onClose: () => void;
}) {
  const [rows, setRows] = useState(locations);
  const list = useId();
  const set = (at: string, change: Partial<ShopLocationsView['locations'][number]>) =>
    setRows(rows.map((row) => (row.id === at ? { ...row, ...change } : row)));
  const save = useChange(
    async () => {
      const chosen = rows.filter(({ kept }) => kept).map(({ id: of, location }) => ({ id: of, location }));
      await put(`/connections/${encodeURIComponent(id)}/locations`, { locations: chosen });
      onClose();
    },
    { touches: ['connections', 'stock'], done: words.saved },
  );
  return (
    <Form
      go={words.save}
      going={words.saving}
      busy={save.isPending}
      error={null}
      onSend={() => save.mutate(undefined)}
      className="p-5"
    >
      <ul className="grid gap-4">
        {rows.map(({ id: of, name, first, kept, location }) => (
          <li key={of} className="grid gap-1.5">
            <label className="flex items-center gap-2.5 font-medium">
              <input
                type="checkbox"
                checked={kept || first}
                disabled={first}
                aria-label={words.keep(name)}
                onChange={({ target }) => set(of, { kept: target.checked })}
                className="size-4 accent-accent"
              />
              {name}
            </label>
            {(kept || first) && (
              <>
                <input
                  type="text"
                  list={list}
                  value={location}
                  readOnly={first}
                  required
                  maxLength={64}
                  pattern="[A-Za-z0-9_\\-]+"
                  aria-label={words.yours(name)}
                  onChange={({ target }) => set(of, { location: target.value })}
                  className="ml-6.5 h-9 rounded-lg border border-edge bg-surface px-3 text-sm read-only:bg-sunken"
                />
                <p className="ml-6.5 text-xs text-quiet">
                  {first ? words.fixed : !known.includes(location) && words.isNew}
                </p>
              </>
            )}
          </li>
        ))}
      </ul>
      <datalist id={list}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </Form>
  );
}
