import { useParams, useSearchParams } from 'react-router';
import { usePipeline } from '../api/queries.ts';
import { texts } from '../texts.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { QueryPart } from '../ui/query-part.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { FlowBody } from './flow-body.tsx';
import { FlowHeader } from './flow-header.tsx';
import { useLiveCounts } from './use-counts.ts';
import './canvas.css';

/** One flow, as a drawing or as an outline, with the inspector of the chosen node. All of it in the address. */
export default function FlowPage() {
  const { id = '' } = useParams();
  const [params, setParams] = useSearchParams();
  const query = usePipeline(id);
  useLiveCounts(id, query.dataUpdatedAt);
  const outline = params.get('view') === 'outline';

  function choose(node: string | null): void {
    const next = new URLSearchParams(params);
    if (node === null) next.delete('node');
    else next.set('node', node);
    setParams(next, { replace: true });
  }

  return (
    <div className="flex h-[calc(100dvh-var(--bars-top)-var(--bars-bottom))] flex-col">
      <PageHeader title={query.data?.name ?? texts.flows.title} hidden />
      <QueryPart query={query} skeleton={<SkeletonRows rows={8} />}>
        {(flow) => (
          <>
            <FlowHeader flow={flow} outline={outline} />
            <FlowBody flow={flow} outline={outline} chosen={params.get('node')} onChoose={choose} />
          </>
        )}
      </QueryPart>
    </div>
  );
}
