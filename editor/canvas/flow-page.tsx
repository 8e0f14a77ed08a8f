import { useParams } from 'react-router';
import { usePipeline } from '../api/queries.ts';
import { texts } from '../texts.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { QueryPart } from '../ui/query-part.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { FlowEditor } from './edit/flow-editor.tsx';
import { useDescriptions, useDraft, useNodeTypes } from './edit/flow-queries.ts';
import { useLiveCounts } from './use-counts.ts';
import './canvas.css';

const noTypes: readonly never[] = [];

/** One flow in its editor, as a drawing or as an outline. What is chosen stands in the address. */
export default function FlowPage() {
  const { id = '' } = useParams();
  const query = usePipeline(id);
  const draft = useDraft(id);
  const nodeTypes = useNodeTypes();
  const types = useDescriptions(nodeTypes.data ?? noTypes);
  useLiveCounts(id, query.dataUpdatedAt);
  const loading = <SkeletonRows rows={8} />;
  return (
    <div className="flex h-[calc(100dvh-var(--bars-top)-var(--bars-bottom))] flex-col">
      <PageHeader title={query.data?.name ?? texts.flows.title} hidden />
      <QueryPart query={query} skeleton={loading}>
        {(live) => (
          <QueryPart query={draft} skeleton={loading}>
            {(view) => (
              <QueryPart query={nodeTypes} skeleton={loading}>
                {() => <FlowEditor draft={view} live={live} types={types} />}
              </QueryPart>
            )}
          </QueryPart>
        )}
      </QueryPart>
    </div>
  );
}
