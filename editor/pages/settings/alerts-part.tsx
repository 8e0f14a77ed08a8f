import { useQuery } from '@tanstack/react-query';
import type { AlertPreferencesView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { getJson } from '../../api/request.ts';
import { texts } from '../../texts.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { AlertPreferencesForm } from './alert-preferences-form.tsx';
import { AlertSenders } from './alert-senders.tsx';

const words = texts.alerts.preferences;

/** How one hears of alerts, and by which connections they go out. */
export default function AlertsPart() {
  const connects = useMay('connect');
  const query = useQuery({
    queryKey: ['alerts', 'preferences'],
    queryFn: ({ signal }) => getJson<AlertPreferencesView>('/alerts/preferences', {}, signal),
    // What is typed would be lost by a newer answer.
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <p className="mb-4 text-pretty text-quiet">{words.about}</p>
      <QueryPart query={query} skeleton={<SkeletonRows rows={6} />}>
        {(view) => (
          <div className="grid items-start gap-4 *:min-w-0 lg:grid-cols-[1.6fr_1fr]">
            <Panel title={words.which}>
              {view.email === null ? (
                <p className="p-4 text-pretty">{words.nobody}</p>
              ) : (
                <AlertPreferencesForm email={view.email} kept={view.preferences} />
              )}
            </Panel>
            <Panel title={words.senders}>
              <AlertSenders senders={view.senders} connects={connects} />
            </Panel>
          </div>
        )}
      </QueryPart>
    </>
  );
}
