import { useLocation, useNavigate } from 'react-router';
import { useConnections, useSharing } from '../../api/queries.ts';
import { sharing as words } from '../../texts-of-sharing.ts';
import { QueryPart } from '../../ui/query-part.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { SharingForm } from './sharing-form.tsx';

const unknown: readonly never[] = [];

/** The rules by which stock is shared over the channels, above the list of stock. */
export default function SharingSheet() {
  const { search } = useLocation();
  const navigate = useNavigate();
  const query = useSharing();
  const connections = useConnections().data ?? unknown;
  return (
    <Sheet
      title={words.title}
      about={words.about}
      onClose={() => void navigate({ pathname: '/stock', search })}
    >
      <QueryPart query={query} skeleton={<SkeletonRows rows={8} />}>
        {(sharing) => <SharingForm key={sharing.revision} sharing={sharing} connections={connections} />}
      </QueryPart>
    </Sheet>
  );
}
