import { useLatestAlerts } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { AlertItem } from '../alerts/alert-item.tsx';

const shown = 5;

/** What the flows said last. */
export function LatestAlerts() {
  return (
    <Panel title={texts.dashboard.alerts} more={{ to: '/alerts', text: texts.dashboard.all }}>
      <QueryPart query={useLatestAlerts(shown)} skeleton={<SkeletonRows rows={shown} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-4 py-6 text-pretty text-quiet">{texts.dashboard.noAlerts}</p>
          ) : (
            <ul>
              {items.map((alert) => (
                <AlertItem key={alert.id} alert={alert} brief />
              ))}
            </ul>
          )
        }
      </QueryPart>
    </Panel>
  );
}
