import { useLocation, useNavigate } from 'react-router';
import { useSharing } from '../../api/queries.ts';
import { useShops } from '../../api/use-shops.ts';
import { sharing as words } from '../../texts-of-sharing.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { SharingForm } from './sharing-form.tsx';

/** The rules by which stock is shared over the channels, above the list of stock. */
export default function SharingSheet() {
  const { search } = useLocation();
  const navigate = useNavigate();
  const query = useSharing();
  const shops = useShops();
  return (
    <Sheet
      title={words.title}
      about={words.about}
      onClose={() => void navigate({ pathname: '/stock', search })}
    >
      <QueryPart query={query} skeleton={<SkeletonRows rows={8} />}>
        {(sharing) => <SharingForm key={sharing.revision} sharing={sharing} connections={shops} />}
      </QueryPart>
    </Sheet>
  );
}
