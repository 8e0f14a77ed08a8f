import { Link } from 'react-router';
import type { AlertRow } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { type MarkTone, toneText } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';
import { AlertActions } from './alert-actions.tsx';

const words = texts.alerts;

const looks: Readonly<Record<AlertRow['level'], { readonly tone: MarkTone; readonly icon: IconName }>> = {
  info: { tone: 'idle', icon: 'info' },
  warning: { tone: 'warn', icon: 'warn' },
  urgent: { tone: 'bad', icon: 'bad' },
};
const over = { tone: 'ok', icon: 'ok' } as const;
const removed = { tone: 'idle', icon: 'info' } as const;

/** One alert; its level by colour, icon and word, green when it is over, grey when its connection was removed. A `brief` one has no link and no buttons. */
export function AlertItem({
  alert,
  brief = false,
  decides = false,
}: {
  alert: AlertRow;
  brief?: boolean;
  /** Whether the reader may do something about it. */
  decides?: boolean;
}) {
  const inspects = useMay('inspect');
  const { tone, icon } = alert.removed ? removed : alert.healedAt ? over : looks[alert.level];
  return (
    <li className="flex gap-3 border-b border-line px-4 py-2.5 last:border-0">
      <Icon name={icon} className={`mt-0.5 ${toneText[tone]}`} />
      <div className="min-w-0 grow">
        <p className="flex items-baseline gap-3">
          <span className="min-w-0 grow font-medium text-pretty">
            <span className="sr-only">{words.levels[alert.level]}: </span>
            {alert.title}
          </span>
          <Ago at={alert.at} className="text-xs text-quiet" />
        </p>
        <p className="text-sm text-pretty text-quiet">{alert.text}</p>
        {alert.pipelineId && inspects && !brief && (
          <Link
            to={`/flows/${encodeURIComponent(alert.pipelineId)}`}
            className="inline-flex min-h-6 items-center rounded text-xs font-medium text-accent hover:underline"
          >
            {words.flow}
          </Link>
        )}
        {!brief && <AlertActions alert={alert} decides={decides} />}
      </div>
    </li>
  );
}
