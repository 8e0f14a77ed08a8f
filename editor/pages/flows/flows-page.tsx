import { useMay, usePipelines } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ground } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { FlowCard } from './flow-card.tsx';
import { NewFlow } from './new-flow.tsx';

const words = texts.flows;

/** All flows of the client, each with its promise and its last hour. */
export default function FlowsPage() {
  const [connects, builds] = [useMay('connect'), useMay('build')];
  return (
    <Page>
      <PageHeader title={words.title} about={words.about}>
        <span className="flex grow items-center justify-between gap-x-6 gap-y-3 sm:ml-auto sm:grow-0">
          {connects && <TextLink to="/wizard">{words.setUp}</TextLink>}
          {builds && <NewFlow />}
        </span>
      </PageHeader>
      <QueryPart query={usePipelines()} skeleton={<SkeletonRows rows={4} />}>
        {(pipelines) =>
          pipelines.length === 0 ? (
            <div className={ground}>
              <EmptyState icon="flows" title={words.none}>
                {words.noneAbout}
              </EmptyState>
            </div>
          ) : (
            <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
              {pipelines.map((pipeline) => (
                <FlowCard key={pipeline.id} pipeline={pipeline} />
              ))}
            </ul>
          )
        }
      </QueryPart>
    </Page>
  );
}
