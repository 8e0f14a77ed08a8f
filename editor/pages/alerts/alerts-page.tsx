import type { AlertRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { useList } from '../../api/use-list.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { texts } from '../../texts.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListPanel } from '../../ui/list-panel.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { AlertItem } from './alert-item.tsx';
import { byDay } from './days.ts';

const words = texts.alerts;
const keyOf = ({ id }: AlertRow): string => id;
const all = {};

/** What the flows wanted people to know, day by day. */
export default function AlertsPage() {
  const decides = useMay('decide');
  const inspects = useMay('inspect');
  const list = useList<AlertRow>('alerts', all, keyOf);
  return (
    <Page>
      <PageHeader title={words.title} about={words.about} />
      <p className="mb-4">
        <TextLink to="/settings/alerts">{words.preferencesLink}</TextLink>
      </p>
      <LookOnly unless="decide" />
      <ListPanel
        list={list}
        empty={
          <EmptyState
            icon="alerts"
            title={words.none}
            action={inspects && <TextLink to="/flows">{words.seeFlows}</TextLink>}
          >
            {words.noneAbout}
          </EmptyState>
        }
      >
        {byDay(list.rows, Date.now()).map((day) => (
          <section key={day.heading} aria-label={day.heading} className="border-b border-line last:border-0">
            <h2 className="bg-sunken px-4 py-1.5 text-xs font-medium text-quiet">{day.heading}</h2>
            <ul>
              {day.rows.map((alert) => (
                <AlertItem key={alert.id} alert={alert} decides={decides} />
              ))}
            </ul>
          </section>
        ))}
      </ListPanel>
    </Page>
  );
}
