import { Link } from 'react-router';
import type { OrderLineState, OrderView } from '#server/api/views.ts';
import { formatMoney } from '../../format/money.ts';
import { formatCount } from '../../format/numbers.ts';
import { texts } from '../../texts.ts';
import type { IconName } from '../../ui/icon-paths.ts';
import { type MarkTone, StatusMark } from '../../ui/status-mark.tsx';

const words = texts.orders;

const looks: Readonly<Record<OrderLineState, { readonly tone: MarkTone; readonly icon?: IconName }>> = {
  waiting: { tone: 'idle', icon: 'clock' },
  reserved: { tone: 'ok', icon: 'clock' },
  committed: { tone: 'ok' },
  short: { tone: 'warn' },
  cancelling: { tone: 'warn', icon: 'clock' },
  backordered: { tone: 'warn', icon: 'clock' },
  settled: { tone: 'idle' },
  returned: { tone: 'idle', icon: 'retry' },
  'not-counted': { tone: 'idle' },
  unmatched: { tone: 'bad', icon: 'refused' },
  before: { tone: 'idle' },
};

/** The lines of an order, each with what became of it in the ledger. */
export const OrderLines = ({ items }: { items: OrderView['items'] }) => (
  <ul>
    {items.map((item) => (
      <li key={item.lineId} className="flex items-start gap-3 border-t border-line py-2.5 first:border-0">
        <span className="min-w-8 shrink-0 text-right font-semibold">{formatCount(item.quantity)} ×</span>
        <div className="min-w-0 grow">
          <p className="text-pretty">{item.title}</p>
          <p className="text-xs text-quiet">
            {item.sku ? (
              <Link
                to={`/stock?search=${encodeURIComponent(item.sku)}`}
                className="rounded font-mono hover:underline"
              >
                {item.sku}
              </Link>
            ) : (
              words.noSku
            )}
            {' · '}
            {formatMoney(item.unitPrice)} {words.each}
          </p>
        </div>
        <StatusMark {...looks[item.state]}>{words.lineStates[item.state]}</StatusMark>
      </li>
    ))}
  </ul>
);
