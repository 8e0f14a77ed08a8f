import { useOverview } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { Channels } from './channels.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { LatestAlerts } from './latest-alerts.tsx';
import { LatestProof } from './latest-proof.tsx';
import { Needs } from './needs.tsx';
import { NewestOrders } from './newest-orders.tsx';
import { OverviewSkeleton } from './overview-skeleton.tsx';
import { ScarceStock } from './scarce-stock.tsx';
import { Sentence } from './sentence.tsx';
import { SetUpOffer } from './set-up-offer.tsx';
import { Tiles } from './tiles.tsx';
import { Trends } from './trends.tsx';
import { WizardOffer } from './wizard-offer.tsx';

/** Status first: one sentence, what needs a person, the figures; then the channels and what is going on. */
export function DashboardPage() {
  const overviewQuery = useOverview();
  return (
    <Page>
      <PageHeader title={texts.dashboard.title} hidden />
      <SetUpOffer />
      <QueryPart query={overviewQuery} skeleton={<OverviewSkeleton />}>
        {(overview) => (
          <>
            {overview.demo && <DemoBanner />}
            <WizardOffer flows={overview.flows} />
            <Sentence
              {...overview.sentence}
              checkedAt={overview.checkedAt}
              known={overviewQuery.error === null}
            />
            <Needs needs={overview.needs} />
            <Tiles tiles={overview.tiles} sparks={overview.sparks} lastWeek={overview.lastWeek} />
          </>
        )}
      </QueryPart>
      <div className="mt-4 grid items-start gap-4 *:min-w-0 md:grid-cols-2 xl:grid-cols-[1.7fr_1fr]">
        <Channels className="md:col-span-2" />
        <NewestOrders className="md:max-xl:col-span-2" />
        <ScarceStock />
        <LatestAlerts />
        <LatestProof />
        <Trends className="md:col-span-2" />
      </div>
    </Page>
  );
}
